import { describe, expect, it } from 'vitest';
import type { WarehouseRows } from '../../src/datasources/warehouse/warehouse.js';
import { eventId, optionId, pollId, userId } from '../../src/domain/ids.js';
import { DAY, HOUR } from '../../src/domain/time.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { StepBench } from '../../tests/support/run-steps.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { cleanStep } from './clean.js';
import { countStep } from './count.js';
import { extractStep } from './extract.js';

const folders = tempFolders();
const STEPS = { extract: extractStep, clean: cleanStep, count: countStep };
const NEWEST = 100 * DAY;

const poll = (id: string, topics: readonly string[]) => ({
  poll: {
    id: pollId(id),
    question: id,
    options: ['agree', 'disagree', 'pass'].map((option) => ({ id: optionId(option), label: option })),
    topics,
    language: null,
    authorId: userId('author'),
    createdAt: 1,
    closesAt: null,
    status: 'OPEN' as const,
  },
  recordedAt: 1,
});

/** Votes on a poll: `ago` before the newest one, each by another user. */
let voters = 0;
const votes = (id: string, option: string, ...ago: readonly number[]) =>
  ago.map((before) =>
    pollEvent({ user: `u${voters++}`, poll: id, option, at: NEWEST - before, recordedAt: NEWEST + HOUR }),
  );

async function counted(rows: WarehouseRows) {
  const bench = await StepBench.open(await folders.make());
  await bench.add(rows);
  const { count } = await bench.run(STEPS, { flow: 'popular' });
  const statistics = new Map(
    (await bench.all('SELECT * FROM poll_statistics', { flow: 'popular' })).map(({ poll_id, ...rest }) => [
      poll_id,
      rest,
    ]),
  );
  const counts = await bench.all('SELECT * FROM poll_counts ORDER BY poll_id, option_id', {
    flow: 'popular',
  });
  await bench.close();
  return { count, counts, of: (id: string) => statistics.get(id) };
}

describe('count', () => {
  it('counts votes by option, without those of authors', async () => {
    const { count, counts, of } = await counted({
      polls: [poll('p', []), poll('q', [])],
      events: [
        ...votes('p', 'agree', 0, 1),
        ...votes('p', 'pass', 2),
        pollEvent({ user: 'author', poll: 'p', isAuthor: true, at: NEWEST }),
      ],
    });
    expect(count).toEqual({ polls: 2, votes: 3, options: 2 });
    expect(counts).toEqual([
      { poll_id: 'p', option_id: 'agree', votes: 2 },
      { poll_id: 'p', option_id: 'pass', votes: 1 },
    ]);
    expect(of('p')).toMatchObject({ option_ids: ['agree', 'pass'], option_votes: [2, 1], newest_at: NEWEST });
    expect(of('q')).toMatchObject({
      option_ids: null,
      votes_last_day: 0,
      decayed_first: 0,
      begun_before: null,
    });
  });

  it('counts no more in personalise, which is not ordered by popularity', async () => {
    const bench = await StepBench.open(await folders.make());
    await bench.add({ polls: [poll('p', [])], events: votes('p', 'agree', 0, 1) });
    expect((await bench.run(STEPS)).count).toEqual({ polls: 1, votes: 2, options: 1 });
    await expect(bench.all('SELECT * FROM poll_statistics')).rejects.toThrow(/poll_statistics/);
    await bench.close();
  });

  it('weighs votes by age, relative to the newest of the data', async () => {
    const { of } = await counted({
      polls: [poll('p', []), poll('q', [])],
      events: [...votes('p', 'agree', 12 * HOUR, 24 * HOUR), ...votes('q', 'agree', 0, 6 * HOUR, DAY - 1)],
    });
    expect(of('p')).toMatchObject({ decayed_first: 0.75, votes_last_day: 1 });
    expect(of('q')?.decayed_first).toBeCloseTo(1 + 0.5 ** 0.5 + 0.25, 6);
    expect(of('q')).toMatchObject({ votes_last_day: 3 });
  });

  it('takes a vote by a clock that was ahead as of its recording', async () => {
    const { of } = await counted({
      polls: [poll('p', [])],
      events: [
        pollEvent({ user: 'a', at: NEWEST + 900 * DAY, recordedAt: NEWEST }),
        pollEvent({ user: 'b', at: NEWEST }),
      ],
    });
    expect(of('p')).toMatchObject({ decayed_first: 2, newest_at: NEWEST });
  });

  it('leaves a vote where it was first given, however often it is repeated', async () => {
    const again = [10, 5, 0].map((before) => pollEvent({ user: 'a', at: NEWEST - before * DAY }));
    const { of } = await counted({
      polls: [poll('p', []), poll('q', [])],
      events: [...again, ...votes('q', 'agree', 0)],
    });
    expect(of('p')).toMatchObject({
      decayed_first: 0.5 ** 20,
      votes_last_day: 0,
      window_first: 0,
      all_first: 1,
    });
  });

  it('tells first votes from those of established voters', async () => {
    const ids = Array.from({ length: 8 }, (_, place) => `p${place}`);
    const { of } = await counted({
      polls: ids.map((id) => poll(id, [])),
      events: [
        ...ids.map((id, place) => pollEvent({ user: 'reader', poll: id, at: NEWEST - 100 + place })),
        pollEvent({ user: 'new', poll: 'p7', at: NEWEST }),
      ],
    });
    expect(of('p4')).toMatchObject({ all_established: 0, all_first: 1 });
    expect(of('p5')).toMatchObject({
      all_established: 1,
      all_first: 0,
      window_established: 1,
      window_first: 0,
    });
    expect(of('p7')).toMatchObject({ all_established: 1, all_first: 1 });
  });

  it('counts who was shown a poll, each user once, in the newest day and in the week before', async () => {
    const shown = (user: string, ago: number) =>
      pollEvent({ kind: 'IMPRESSION', user, poll: 'p', at: NEWEST - ago, recordedAt: NEWEST });
    const bench = await StepBench.open(await folders.make());
    await bench.add({
      polls: [poll('p', [])],
      events: [
        ...votes('p', 'agree', 0),
        ...[1, 2, 3].map((ago) => shown('a', ago)),
        ...['a', 'b', 'c'].map((user) => shown(user, 2 * DAY)),
        shown('d', 9 * DAY),
      ],
    });
    await bench.run(STEPS, { flow: 'popular' });
    expect(await bench.all('SELECT * FROM poll_exposure', { flow: 'popular' })).toEqual([
      { poll_id: 'p', window_seen: 1, before_seen: 3 },
    ]);
    await bench.close();
  });

  it('counts a merged user as the one merged into, and nobody who was erased', async () => {
    const shown = (user: string, ago: number) =>
      pollEvent({ kind: 'IMPRESSION', user, poll: 'p', at: NEWEST - ago, recordedAt: NEWEST - ago });
    const base = { occurredAt: NEWEST - HOUR };
    const bench = await StepBench.open(await folders.make());
    await bench.add({
      polls: [poll('p', [])],
      events: [...votes('p', 'agree', 0), ...['a', 'b', 'c', 'd'].map((user) => shown(user, 2 * HOUR))],
      userChanges: [
        {
          change: { ...base, changeId: eventId('c1'), kind: 'MERGE', userId: userId('a'), into: userId('b') },
          recordedAt: NEWEST,
        },
        {
          change: { ...base, changeId: eventId('c2'), kind: 'ERASE', userId: userId('c') },
          recordedAt: NEWEST,
        },
      ],
    });
    await bench.run(STEPS, { flow: 'popular' });
    expect(await bench.all('SELECT * FROM poll_exposure', { flow: 'popular' })).toEqual([
      { poll_id: 'p', window_seen: 2, before_seen: 0 },
    ]);
    await bench.close();
  });

  it('gives the topic’s share as prior, the mean of several, all votes’ where the topic has none, else a half', async () => {
    const { of } = await counted({
      polls: [
        poll('a', ['x']),
        poll('b', ['y']),
        poll('both', ['x', 'y']),
        poll('new', ['z']),
        poll('none', []),
      ],
      events: [
        ...votes('a', 'agree', 1, 2, 3),
        ...votes('a', 'disagree', 1),
        ...votes('a', 'pass', 1, 2, 3, 4),
        ...votes('b', 'disagree', 1, 2, 3, 4),
      ],
    });
    expect(of('a')?.prior_share).toBeCloseTo(3 / 4, 9);
    expect(of('b')?.prior_share).toBe(0);
    expect(of('both')?.prior_share).toBeCloseTo(3 / 8, 9);
    expect(of('new')?.prior_share).toBeCloseTo(3 / 8, 9);
    expect(of('none')?.prior_share).toBeCloseTo(3 / 8, 9);
    const nothing = await counted({ polls: [poll('p', ['x'])], events: votes('p', 'pass', 1) });
    expect(nothing.of('p')).toMatchObject({ prior_share: 0.5 });
  });

  it('makes a prior as strong as the polls of a topic are alike', async () => {
    const topicOf = (topic: string, shares: readonly number[]) =>
      shares.map((share, place) => ({ id: `${topic}${place}`, topic, agree: share * 20 }));
    const made = [
      ...topicOf(
        'alike',
        Array.from({ length: 30 }, (_, place) => (place % 2 === 0 ? 0.45 : 0.55)),
      ),
      ...topicOf(
        'split',
        Array.from({ length: 30 }, (_, place) => (place % 2 === 0 ? 0.1 : 0.9)),
      ),
    ];
    const { of } = await counted({
      polls: [...made.map(({ id, topic }) => poll(id, [topic])), poll('none', [])],
      events: made.flatMap(({ id, agree }) => [
        ...votes(id, 'agree', ...Array.from({ length: agree }, () => 1)),
        ...votes(id, 'disagree', ...Array.from({ length: 20 - agree }, () => 1)),
      ]),
    });
    const weight = (id: string) => Number(of(id)?.prior_weight);
    // Half the polls at 0.1 and half at 0.9: their votes correlate by 0.64, so that the topic tells little of a poll.
    expect(weight('split0')).toBeLessThan(1.2);
    expect(weight('alike0')).toBeGreaterThan(5 * weight('split0'));
    expect(weight('none')).toBeGreaterThan(weight('split0'));
    expect(weight('none')).toBeLessThan(weight('alike0'));
  });
});
