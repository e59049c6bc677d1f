import { afterAll, describe, expect, it } from 'vitest';
import { LmdbCatalogueStore } from '../../src/datasources/catalogue/lmdb-catalogue-store.js';
import { optionId, pollId, userId } from '../../src/domain/ids.js';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { warehouseRun } from '../../tests/support/warehouse-run.js';
import { indexPollsStep } from './index-polls.js';

const folders = tempFolders();
const closing: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(closing.map((part) => part.close())));

/** The time of the newest vote of the tests. */
const NEWEST = 2_000 * DAY;

interface CleanVote {
  readonly poll: string;
  readonly option: string;
  readonly before: number;
  readonly isAuthor?: boolean;
}

const cleanVotes = (votes: readonly CleanVote[]): string =>
  votes
    .map(
      ({ poll, option, before, isAuthor = false }, index) =>
        `SELECT 'u${index}' AS user_id, '${poll}' AS poll_id, '${option}' AS option_id, ` +
        `TIMESTAMP_MILLIS(${NEWEST - before}) AS occurred_at, TIMESTAMP_MILLIS(${NEWEST - before}) AS recorded_at, ` +
        `TIMESTAMP_MILLIS(${NEWEST - before}) AS first_voted_at, ` +
        `${isAuthor} AS is_author`,
    )
    .join(' UNION ALL ');

const CLEAN_POLLS = `
  SELECT 'p' AS poll_id, '電話?' AS question, ['food', 'sport'] AS topics, 'ja' AS language, 'ada' AS author_id,
    TIMESTAMP_MILLIS(5) AS created_at, TIMESTAMP_MILLIS(9) AS closes_at, 'HIDDEN' AS status,
    ['agree', 'disagree'] AS option_ids, ['Yes', 'No'] AS option_labels, TIMESTAMP_MILLIS(7) AS recorded_at
  UNION ALL
  SELECT 'q', '', ['food'], CAST(NULL AS STRING), CAST(NULL AS STRING),
    TIMESTAMP_MILLIS(6), CAST(NULL AS TIMESTAMP), 'OPEN', ['agree', 'disagree', 'x'], ['A', 'D', 'X'], TIMESTAMP_MILLIS(8)`;

const NO_BOTS = "SELECT '' AS user_id, 0 AS votes, '' AS reason FROM clean_polls WHERE FALSE";

const NOBODY_CHANGED = `
  SELECT '' AS user_id, '' AS clean_user_id, TIMESTAMP_MILLIS(0) AS recorded_after,
    TIMESTAMP_MILLIS(0) AS recorded_through, TIMESTAMP_MILLIS(0) AS erased_through
  FROM clean_polls WHERE FALSE`;

/** A run whose clean tables are made, and a catalogue to index into. */
async function run(votes: readonly CleanVote[], through: number) {
  const folder = await folders.make();
  const { warehouse, context, dependencies } = await warehouseRun(folder, {
    flow: 'popular',
    through,
    tables: {
      clean_polls: CLEAN_POLLS,
      clean_users: NOBODY_CHANGED,
      clean_votes: cleanVotes(votes),
      suspected_bots: NO_BOTS,
    },
  });
  const catalogue = await LmdbCatalogueStore.open({ folder });
  closing.push(warehouse, catalogue);
  return { catalogue, index: () => indexPollsStep(context, { ...dependencies, catalogue }) };
}

const VOTES: readonly CleanVote[] = [
  { poll: 'q', option: 'agree', before: 0 },
  { poll: 'q', option: 'agree', before: HOUR },
  { poll: 'q', option: 'disagree', before: 3 * DAY },
  { poll: 'q', option: 'agree', before: HOUR, isAuthor: true },
];

describe('index-polls', () => {
  it('brings every field of the polls into the catalogue', async () => {
    const { catalogue, index } = await run(VOTES, NEWEST + MINUTE);
    expect(await index()).toEqual({ polls: 2, statistics: 2 });
    expect(await catalogue.get([pollId('p'), pollId('q')])).toEqual([
      {
        id: 'p',
        question: '電話?',
        options: [
          { id: 'agree', label: 'Yes' },
          { id: 'disagree', label: 'No' },
        ],
        topics: ['food', 'sport'],
        language: 'ja',
        authorId: userId('ada'),
        createdAt: 5,
        closesAt: 9,
        status: 'HIDDEN',
      },
      expect.objectContaining({ id: 'q', question: '', language: null, authorId: null, closesAt: null }),
    ]);
  });

  it('brings the statistics, as of the watermark of the run', async () => {
    const { catalogue, index } = await run(VOTES, NEWEST + MINUTE);
    await index();
    const { entries } = await catalogue.changes(null);
    const [p, q] = ['p', 'q'].map((id) => entries.find((entry) => entry.poll.id === id)?.statistics);
    expect(q).toMatchObject({
      optionVotes: [
        { optionId: 'agree', votes: 2 },
        { optionId: 'disagree', votes: 1 },
      ],
      votesLastDay: 2,
      through: NEWEST + MINUTE,
    });
    // Two fresh votes, one of them an hour old, and one of six half lives ago; each is its voter's first.
    expect(q?.decayed).toEqual({
      established: 0,
      first: expect.closeTo(1 + 0.5 ** (1 / 12) + 0.5 ** 6, 6),
      at: NEWEST,
    });
    expect(q?.prior.share).toBeCloseTo(2 / 3, 6);
    expect(q?.firstVoteOdds).toBeNull();
    const none = { established: 0, first: 0, at: NEWEST };
    expect(p).toMatchObject({ optionVotes: [], votesLastDay: 0, decayed: none, trend: 0 });
  });

  it('takes no vote of old data for one of the last day', async () => {
    const { catalogue, index } = await run(VOTES, NEWEST + 2 * DAY);
    await index();
    const { entries } = await catalogue.changes(null);
    expect(entries.map((entry) => entry.statistics?.votesLastDay)).toEqual([0, 0]);
  });

  it('leaves the same when it is done twice, and later states of polls and later votes alone', async () => {
    const { catalogue, index } = await run(VOTES, NEWEST);
    await index();
    await catalogue.setStatus(pollId('q'), 'CLOSED', NEWEST + 1);
    const at = { isEstablished: true, occurredAt: NEWEST + 1, recordedAt: NEWEST + 1 };
    const vote = { eventId: pollEvent().eventId, pollId: pollId('q'), replaced: null, ...at };
    await catalogue.countVotes([{ ...vote, optionId: optionId('x') }]);
    const { cursor } = await catalogue.changes(null);
    expect(await index()).toEqual({ polls: 2, statistics: 2 });
    const changed = (await catalogue.changes(cursor)).entries.find((entry) => entry.poll.id === 'q');
    expect(changed?.poll.status).toBe('CLOSED');
    expect(changed?.liveVotes).toEqual([{ optionId: 'x', votes: 1 }]);
  });
});
