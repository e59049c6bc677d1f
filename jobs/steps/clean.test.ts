import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, type PollEvent, type UserChange } from '../../src/domain/event.js';
import { eventId, optionId, pollId, runId, userId } from '../../src/domain/ids.js';
import type { Poll } from '../../src/domain/poll.js';
import { HOUR, MINUTE } from '../../src/domain/time.js';
import { suspectedBots, type TimedVote } from '../../src/models/votes/suspected-bots.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { cleanPlainly, isVote, type RawData } from '../../tests/support/reference-cleaning.js';
import { StepBench } from '../../tests/support/run-steps.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { cleanStep } from './clean.js';
import { extractStep } from './extract.js';

const folders = tempFolders();
const STEPS = { extract: extractStep, clean: cleanStep };

const poll = (id: string, fields: Partial<Poll> = {}): Poll => ({
  id: pollId(id),
  question: id,
  options: ['agree', 'disagree'].map((option) => ({ id: optionId(option), label: option })),
  topics: [],
  language: null,
  authorId: null,
  createdAt: 1,
  closesAt: null,
  status: 'OPEN',
  ...fields,
});
const recorded = (...polls: readonly Poll[]) => polls.map((each) => ({ poll: each, recordedAt: 1 }));

async function cleaned(data: Partial<RawData>, flow: 'personalise' | 'popular' = 'personalise') {
  const bench = await StepBench.open(await folders.make());
  await bench.add({ polls: recorded(poll('p'), poll('q')), ...data });
  const results = await bench.run(STEPS, { flow });
  const rows = (sql: string) => bench.all(sql, { flow });
  const votes = await rows('SELECT user_id, poll_id, option_id FROM clean_votes ORDER BY user_id, poll_id');
  return {
    bench,
    rows,
    counts: results.clean,
    votes: votes.map((row) => [row.user_id, row.poll_id, row.option_id].join(' ')),
  };
}

const change = (fields: { kind: 'ERASE' } | { kind: 'MERGE'; into: string }, user: string, at: number) => {
  const base = { changeId: eventId(`${fields.kind} ${user} ${at}`), userId: userId(user), occurredAt: at };
  const made: UserChange =
    fields.kind === 'ERASE'
      ? { ...base, kind: 'ERASE' }
      : { ...base, kind: 'MERGE', into: userId(fields.into) };
  return { change: made, recordedAt: at };
};
const merge = (from: string, into: string, at: number) => change({ kind: 'MERGE', into }, from, at);
const erase = (user: string, at: number) => change({ kind: 'ERASE' }, user, at);

describe('clean', () => {
  it('keeps the last vote by time, then recording, then arrival', async () => {
    const { votes } = await cleaned({
      events: [
        pollEvent({ user: 'a', option: 'agree', at: 5 }),
        pollEvent({ user: 'a', option: 'disagree', at: 4, recordedAt: 9 }),
        pollEvent({ user: 'b', option: 'disagree', at: 5, recordedAt: 7 }),
        pollEvent({ user: 'b', option: 'agree', at: 5, recordedAt: 6 }),
        pollEvent({ user: 'c', option: 'disagree', at: 5 }),
        pollEvent({ user: 'c', option: 'agree', at: 5 }),
      ],
    });
    expect(votes).toEqual(['a p agree', 'b p disagree', 'c p agree']);
  });

  it('takes a retracted vote for never given, unless a vote follows, and a skip for the last word', async () => {
    const { votes, rows } = await cleaned({
      events: [
        pollEvent({ user: 'a', at: 1 }),
        pollEvent({ user: 'a', kind: 'RETRACT_VOTE', at: 2 }),
        pollEvent({ user: 'b', kind: 'RETRACT_VOTE', at: 1 }),
        pollEvent({ user: 'b', at: 2 }),
        pollEvent({ user: 'c', at: 1 }),
        pollEvent({ user: 'c', kind: 'SKIP', at: 2 }),
      ],
    });
    expect(votes).toEqual(['b p agree']);
    expect(await rows('SELECT user_id, kind, times FROM clean_interactions')).toEqual([
      { user_id: 'c', kind: 'SKIP', times: 1 },
    ]);
  });

  it('counts one event id once, the first recorded, whatever comes under it later', async () => {
    const { votes, counts } = await cleaned({
      events: [
        pollEvent({ id: 'x', user: 'a', option: 'disagree', at: 2, recordedAt: 9 }),
        pollEvent({ id: 'x', user: 'a', option: 'agree', at: 2, recordedAt: 3 }),
        pollEvent({ id: 'x', user: 'b', poll: 'q', at: 8, recordedAt: 10 }),
      ],
    });
    expect(votes).toEqual(['a p agree']);
    expect(counts).toMatchObject({ events_kept: 1, votes: 1, voters: 1, polls: 2 });
  });

  it('leaves unknown polls and options out, and takes a poll as it was last recorded', async () => {
    const { votes } = await cleaned({
      polls: [
        { poll: poll('p', { options: [{ id: optionId('new'), label: '' }] }), recordedAt: 9 },
        { poll: poll('p'), recordedAt: 2 },
      ],
      events: [
        pollEvent({ user: 'a', option: 'agree' }),
        pollEvent({ user: 'b', option: 'new' }),
        pollEvent({ user: 'c', option: 'new', poll: 'unknown' }),
      ],
    });
    expect(votes).toEqual(['b p new']);
  });

  it('leaves an erased user out for ever, but not one who comes back', async () => {
    const { votes, rows, counts } = await cleaned({
      polls: recorded(poll('p', { authorId: userId('a') }), poll('q', { authorId: userId('b') })),
      events: [
        pollEvent({ user: 'a', at: 5 }),
        // Given before the erasure, brought in after it.
        pollEvent({ user: 'a', poll: 'p', at: 3, recordedAt: 8 }),
        pollEvent({ user: 'a', poll: 'q', at: 8 }),
        pollEvent({ user: 'b', at: 5 }),
      ],
      userChanges: [erase('a', 7)],
    });
    expect(votes).toEqual(['a q agree', 'b p agree']);
    expect(await rows('SELECT poll_id, author_id FROM clean_polls ORDER BY poll_id')).toEqual([
      { poll_id: 'p', author_id: null },
      { poll_id: 'q', author_id: 'b' },
    ]);
    expect(counts).toMatchObject({ erased_users: 1 });
  });

  it('gives events to the user merged into, through chains and circles, and erases them with that user', async () => {
    const { votes } = await cleaned({
      events: ['a', 'b', 'c', 'd', 'e', 'g'].map((user, place) =>
        pollEvent({ user, poll: place % 2 === 0 ? 'p' : 'q', at: 1 }),
      ),
      userChanges: [
        merge('a', 'b', 2),
        merge('b', 'c', 3),
        merge('d', 'e', 2),
        merge('e', 'd', 3),
        merge('g', 'h', 2),
        erase('h', 4),
      ],
    });
    expect(votes).toEqual(['c p agree', 'c q agree', 'd p agree', 'd q agree']);
  });

  it('takes what is recorded of a merged user after the merge for a new user, up to the next merge', async () => {
    const { votes, counts } = await cleaned({
      polls: ['p', 'q', 'r', 's'].flatMap((id) => recorded(poll(id))),
      events: [
        pollEvent({ user: 'a', poll: 'p', at: 1 }),
        pollEvent({ user: 'a', poll: 'q', at: 3 }),
        pollEvent({ user: 'a', poll: 'r', at: 2, recordedAt: 6 }),
        pollEvent({ user: 'a', poll: 's', at: 9 }),
        pollEvent({ user: 'b', poll: 's', at: 9 }),
      ],
      // The new life under `a` is not erased with `b`, nor the life of `b` after its erasure.
      userChanges: [merge('a', 'b', 2), merge('a', 'c', 7), erase('b', 8)],
    });
    expect(votes).toEqual(['a s agree', 'b s agree', 'c q agree', 'c r agree']);
    expect(counts).toMatchObject({ erased_users: 2, merged_users: 1 });
  });

  it('keeps what was merged into a user after that user was erased', async () => {
    const { votes } = await cleaned({
      events: [pollEvent({ user: 'a', at: 1 }), pollEvent({ user: 'b', poll: 'q', at: 1 })],
      userChanges: [erase('b', 2), merge('a', 'b', 3)],
    });
    expect(votes).toEqual(['b p agree']);
  });

  const manyPolls = Array.from({ length: 40 }, (_, place) => poll(`p${place}`));
  const voting = (user: string, gap: number, begin = 1_000) =>
    manyPolls.map(({ id }, place) => pollEvent({ user, poll: id, at: begin + place * gap }));

  it('suspects who votes faster than anyone reads, and nobody for votes of one and the same time', async () => {
    const { rows, counts, votes } = await cleaned({
      polls: recorded(...manyPolls),
      events: [
        ...voting('script', 100),
        ...voting('person', 1_400),
        ...voting('imported', 0),
        ...voting('hasty', 100).slice(0, 19),
      ],
    });
    expect(await rows('SELECT * FROM suspected_bots')).toEqual([
      { user_id: 'script', votes: 40, reason: 'TOO_FAST' },
    ]);
    expect(counts).toMatchObject({
      too_fast_accounts: 1,
      too_fast_votes: 40,
      same_sequence_accounts: 0,
      voters: 3,
    });
    expect(votes).toHaveLength(99);
    // The votes themselves stay, and so do the account's features.
    expect(await rows("SELECT COUNT(*) AS n FROM clean_answers WHERE user_id = 'script'")).toEqual([
      { n: 40 },
    ]);
  });

  it('suspects accounts that give the same votes in the same order at about the same time', async () => {
    const { rows, counts } = await cleaned({
      polls: recorded(...manyPolls),
      events: [
        ...['farm1', 'farm2', 'farm3'].flatMap((user, place) =>
          voting(user, 3_000 + place, 1_000 + place * MINUTE),
        ),
        ...voting('later', 3_000, HOUR),
        ...voting('backwards', 3_000).map((event, place) => ({
          ...event,
          occurredAt: 200_000 - place * 3_000,
        })),
      ],
    });
    expect(await rows('SELECT user_id, reason FROM suspected_bots ORDER BY user_id')).toEqual(
      ['farm1', 'farm2', 'farm3'].map((user) => ({ user_id: user, reason: 'SAME_SEQUENCE' })),
    );
    expect(counts).toMatchObject({
      same_sequence_accounts: 3,
      same_sequence_votes: 120,
      too_fast_accounts: 0,
    });
  });

  it('takes of two votes of one time on a poll the one recorded first, in whatever order they came', async () => {
    const { rows } = await cleaned({
      polls: recorded(...manyPolls),
      events: ['farm1', 'farm2', 'farm3'].flatMap((user, place) => {
        const changed = voting(user, 3_000).flatMap((vote) => [
          vote,
          pollEvent({ user, poll: vote.pollId, option: 'disagree', at: vote.occurredAt, recordedAt: HOUR }),
        ]);
        return place === 1 ? changed.reverse() : changed;
      }),
    });
    expect(await rows('SELECT user_id, reason FROM suspected_bots ORDER BY user_id')).toEqual(
      ['farm1', 'farm2', 'farm3'].map((user) => ({ user_id: user, reason: 'SAME_SEQUENCE' })),
    );
  });

  it('suspects the same accounts as the rule for votes in memory', async () => {
    const account = fc.record({
      votes: fc.integer({ min: 17, max: 30 }),
      gaps: fc.constantFrom([500], [2_000], [0], [500, 2_000], [500, 0, 500, 2_000]),
      begin: fc.integer({ min: 0, max: 8 }).map((step) => step * 3 * MINUTE),
      option: fc.constantFrom('agree', 'disagree'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(account, { minLength: 1, maxLength: 12 }), async (accounts) => {
        const events = accounts.flatMap(({ votes, gaps, begin, option }, user) => {
          let at = 1_000 + begin;
          return manyPolls.slice(0, votes).map(({ id }, place) => {
            at += gaps[place % gaps.length] ?? 0;
            return pollEvent({ user: `u${user}`, poll: id, option, at });
          });
        });
        const { rows, bench } = await cleaned({ polls: recorded(...manyPolls), events });
        const found = await rows('SELECT user_id, reason FROM suspected_bots ORDER BY user_id');
        await bench.close();
        const users = new Map<string, TimedVote[]>();
        for (const event of events.filter(isVote)) {
          const { userId: user, pollId: id, optionId: option, occurredAt } = event;
          users.set(user, [
            ...(users.get(user) ?? []),
            { pollId: id, optionId: option, votedAt: occurredAt },
          ]);
        }
        const expected = [...suspectedBots(users)].sort().map(([user_id, reason]) => ({ user_id, reason }));
        expect(found).toEqual(expected);
      }),
      { numRuns: 10, interruptAfterTimeLimit: 60_000 },
    );
  }, 90_000);

  it('keeps author votes, flagged', async () => {
    const { rows, counts } = await cleaned({
      events: [pollEvent({ user: 'a', isAuthor: true }), pollEvent({ user: 'b' })],
    });
    expect(await rows('SELECT user_id, is_author FROM clean_votes ORDER BY user_id')).toEqual([
      { user_id: 'a', is_author: true },
      { user_id: 'b', is_author: false },
    ]);
    expect(counts).toMatchObject({ votes: 2, author_votes: 1 });
  });

  it('makes empty tables of an empty warehouse, in both flows', async () => {
    for (const flow of ['personalise', 'popular'] as const) {
      const { votes, counts } = await cleaned({ polls: [] }, flow);
      expect(votes).toEqual([]);
      expect(counts).toMatchObject({ events_kept: 0, votes: 0, polls: 0 });
    }
  });

  it('does no work twice for one run, though the data has changed since', async () => {
    const { bench, counts } = await cleaned({ events: [pollEvent({ user: 'a' })] });
    await bench.add({ events: [pollEvent({ user: 'b' })] });
    expect((await bench.run(STEPS)).clean).toEqual(counts);
    expect((await bench.run(STEPS, { run: runId('next') })).clean).toMatchObject({ votes: 2 });
  });
});

// Few of each, so that repeats, equal times and re-votes are the rule.
const USERS = ['bób', '🦆', "o'hara:"];
const time = fc.integer({ min: 1, max: 4 });
const anyEvent: fc.Arbitrary<PollEvent> = fc
  .record({
    id: fc.integer({ min: 0, max: 120 }).map(String),
    kind: fc.oneof({ weight: 4, arbitrary: fc.constant('VOTE' as const) }, fc.constantFrom(...EVENT_KINDS)),
    user: fc.constantFrom(...USERS),
    poll: fc.constantFrom('p', 'q:1', 'unknown'),
    option: fc.constantFrom('agree', 'disagree', 'pass'),
    at: time,
    late: fc.integer({ min: 0, max: 1 }),
    isAuthor: fc.boolean(),
  })
  .map(({ late, ...fields }) => pollEvent({ ...fields, recordedAt: fields.at + late }));
const anyPoll = fc.record({
  poll: fc
    .record({
      id: fc.constantFrom('p', 'q:1'),
      options: fc.subarray(['agree', 'disagree', 'pass']),
      author: fc.option(fc.constantFrom(...USERS)),
    })
    .map(({ id, options, author }) =>
      poll(id, {
        options: options.map((option) => ({ id: optionId(option), label: '' })),
        authorId: author === null ? null : userId(author),
      }),
    ),
  recordedAt: time,
});
const anyChange = fc
  .record({ user: fc.constantFrom(...USERS), into: fc.option(fc.constantFrom(...USERS)), at: time })
  .map(({ user, into, at }) => (into === null ? erase(user, at) : merge(user, into, at)));

describe('the cleaning statements', () => {
  it('do what the rules say, in whatever batches the data comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constant([]), {
          weight: 9,
          arbitrary: fc.array(anyEvent, { minLength: 60, maxLength: 90 }),
        }),
        fc
          .array(anyPoll, { maxLength: 3 })
          .map((changed) => [...recorded(poll('p'), poll('q:1')), ...changed]),
        fc.uniqueArray(anyChange, { maxLength: 4, selector: ({ change: { changeId } }) => changeId }),
        fc.integer({ min: 1, max: 3 }),
        async (events, polls, userChanges, batches) => {
          const bench = await StepBench.open(await folders.make());
          const size = Math.ceil(events.length / batches);
          await bench.add({ polls, userChanges });
          for (let from = 0; from < events.length; from += size) {
            await bench.add({ events: events.slice(from, from + size) });
          }
          await bench.run(STEPS);
          const expected = cleanPlainly({ events, polls, userChanges });

          const answers = await bench.all(
            'SELECT user_id, poll_id, kind, option_id, is_author, occurred_at FROM clean_answers',
          );
          expect(sorted(answers.map((row) => Object.values(row)))).toEqual(
            sorted(
              expected.answers.map(({ user, poll: id, event }) => [
                user,
                id,
                event.kind === 'RETRACT_VOTE' ? 'RETRACTED' : event.kind,
                isVote(event) ? event.optionId : null,
                isVote(event) && event.isAuthor,
                event.occurredAt,
              ]),
            ),
          );
          const dismissals = await bench.all(
            "SELECT user_id, poll_id, kind FROM clean_interactions WHERE kind IN ('DISMISS', 'UNDO_DISMISS')",
          );
          expect(sorted(dismissals.map((row) => Object.values(row)))).toEqual(
            sorted(expected.dismissals.map(({ user, poll: id, event }) => [user, id, event.kind])),
          );
          const [seen] = await bench.all(
            "SELECT COALESCE(SUM(times), 0) AS times FROM clean_interactions WHERE kind = 'IMPRESSION'",
          );
          expect(seen).toEqual({
            times: expected.kept.filter(({ event }) => event.kind === 'IMPRESSION').length,
          });
          const counts = await bench.all('SELECT poll_id, option_ids FROM clean_polls');
          expect(sorted(counts.map((row) => Object.values(row)))).toEqual(
            sorted(
              [...expected.polls.values()].map(({ id, options }) => [id, options.map((option) => option.id)]),
            ),
          );
          await bench.close();
        },
      ),
      // The limit leaves time to tell the smallest failing example before the test is cut off.
      { numRuns: 12, interruptAfterTimeLimit: 90_000 },
    );
  }, 120_000);
});

const sorted = (rows: readonly (readonly unknown[])[]): string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
