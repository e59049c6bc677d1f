import { describe, expect, it } from 'vitest';
import type { WarehouseRows } from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId, userId } from '../../src/domain/ids.js';
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
  const { count } = await bench.run(STEPS);
  const statistics = new Map(
    (await bench.all('SELECT * FROM poll_statistics')).map(({ poll_id, ...rest }) => [poll_id, rest]),
  );
  const counts = await bench.all('SELECT * FROM poll_counts ORDER BY poll_id, option_id');
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
    expect(of('q')).toMatchObject({ option_ids: null, votes_last_day: 0, decayed_votes: 0, trend: 0 });
  });

  it('weighs votes by age, relative to the newest of the data', async () => {
    const { of } = await counted({
      polls: [poll('p', []), poll('q', [])],
      events: [...votes('p', 'agree', 3 * DAY, 6 * DAY), ...votes('q', 'agree', 0, DAY, DAY - 1)],
    });
    expect(of('p')).toMatchObject({ decayed_votes: 0.75, votes_last_day: 0, trend: 0 });
    expect(of('q')?.decayed_votes).toBeCloseTo(1 + 2 * 0.5 ** (1 / 3), 6);
    expect(of('q')).toMatchObject({ votes_last_day: 2 });
  });

  it('takes a vote by a clock that was ahead as of its recording', async () => {
    const { of } = await counted({
      polls: [poll('p', [])],
      events: [
        pollEvent({ user: 'a', at: NEWEST + 900 * DAY, recordedAt: NEWEST }),
        pollEvent({ user: 'b', at: NEWEST }),
      ],
    });
    expect(of('p')).toMatchObject({ decayed_votes: 2, newest_at: NEWEST });
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

  it('sees a poll rise above its own past, and none that only stays busy', async () => {
    const daily = (times: number, ...days: readonly number[]): number[] =>
      days.flatMap((day) => Array.from({ length: times }, (_, place) => day * DAY + HOUR * (place + 1)));
    const { of } = await counted({
      polls: [poll('steady', []), poll('rising', []), poll('fresh', []), poll('fading', [])],
      events: [
        ...votes('steady', 'agree', 0, ...daily(6, 0, 1, 2, 3, 4, 5, 6, 7)),
        ...votes('rising', 'agree', ...daily(12, 0), ...daily(3, 1, 2, 3, 4, 5, 6, 7), 9 * DAY),
        ...votes('fresh', 'agree', ...daily(4, 0)),
        ...votes('fading', 'agree', ...daily(1, 0), ...daily(8, 1, 2)),
      ],
    });
    // Twelve against a mean of three a day, in units of sqrt(3 + 5).
    expect(of('rising')?.trend).toBeCloseTo((12 - 3) / Math.sqrt(3 + 5), 9);
    expect(of('fresh')?.trend).toBeCloseTo(4 / Math.sqrt(5), 9);
    expect(of('fading')).toMatchObject({ trend: 0 });
    expect(Number(of('steady')?.trend)).toBeLessThan(0.5);
  });
});
