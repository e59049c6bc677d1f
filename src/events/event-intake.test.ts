import { afterEach, beforeEach, expect, it } from 'vitest';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { LmdbCatalogueStore } from '../datasources/catalogue/lmdb-catalogue-store.js';
import { LmdbFeatureStore } from '../datasources/features/lmdb-feature-store.js';
import { optionId, pollId } from '../domain/ids.js';
import { NEUTRAL_PRIOR } from '../domain/popularity.js';
import { EventIntake } from './event-intake.js';

const folders = tempFolders();
let features: LmdbFeatureStore;
let catalogue: LmdbCatalogueStore;
let intake: EventIntake;

beforeEach(async () => {
  const folder = await folders.make();
  features = await LmdbFeatureStore.open({ folder, clock: () => 100 });
  catalogue = await LmdbCatalogueStore.open({ folder });
  intake = new EventIntake({ features, catalogue, onError: (error) => expect.unreachable(String(error)) });
  const poll = {
    id: pollId('p'),
    question: '',
    options: [{ id: optionId('agree'), label: '' }],
    topics: [],
    language: null,
    authorId: null,
    createdAt: 1,
    closesAt: null,
    status: 'OPEN' as const,
  };
  await catalogue.upsert([{ poll, recordedAt: 1 }]);
});
afterEach(async () => {
  await features.close();
  await catalogue.close();
});

/** The votes for agree since the last counts of a flow. */
const liveVotes = async (): Promise<number> => {
  const { entries } = await catalogue.changes(null);
  return entries[0]?.liveVotes.find((option) => option.optionId === 'agree')?.votes ?? 0;
};

it('counts a vote that a client sends again once, though a flow has counted the first', async () => {
  const first = pollEvent({ id: 'e', at: 10 });
  expect(await intake.apply([first])).toEqual(['APPLIED']);
  expect(await liveVotes()).toBe(1);
  const counted = {
    pollId: pollId('p'),
    optionVotes: [{ optionId: optionId('agree'), votes: 1 }],
    votesLastDay: 1,
    decayed: { established: 0, first: 1, at: 10 },
    firstVoteOdds: null,
    prior: NEUTRAL_PRIOR,
    trend: 0,
    through: 20,
  };
  await catalogue.putStatistics([counted]);
  expect(await liveVotes()).toBe(0);
  // The live count has forgotten the event, since the flow counts it; the features have not.
  expect(await intake.apply([pollEvent({ id: 'e', at: 10, recordedAt: 30 })])).toEqual(['DUPLICATE']);
  expect(await liveVotes()).toBe(0);
});

it('counts the same recording brought again, since whoever took it in may not have come to it', async () => {
  const event = pollEvent({ id: 'e', at: 10 });
  await features.apply([event]);
  expect(await liveVotes()).toBe(0);
  expect(await intake.apply([event])).toEqual(['DUPLICATE']);
  expect(await liveVotes()).toBe(1);
  await intake.apply([event]);
  expect(await liveVotes()).toBe(1);
});

it('does not wait for a store that hangs: the events come later', async () => {
  const told: unknown[] = [];
  const hanging = Object.assign(Object.create(features), { apply: () => new Promise(() => undefined) });
  const patient = new EventIntake({
    features: hanging,
    catalogue,
    onError: (error) => void told.push(error),
    patience: 1,
  });
  expect(await patient.apply([pollEvent({ id: 'e', at: 10 })])).toEqual(['LATER']);
  expect(told).toEqual([expect.objectContaining({ code: 'TIMED_OUT' })]);
});
