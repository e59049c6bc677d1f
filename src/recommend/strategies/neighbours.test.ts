import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogueEntry } from '../../../tests/support/poll-statistics.js';
import { versionVectors } from '../../../tests/support/poll-vectors.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { LmdbPollNeighbours } from '../../datasources/neighbours/lmdb-poll-neighbours.js';
import type { PollNeighbours, VersionVectors } from '../../datasources/neighbours/poll-neighbours.js';
import { UnavailableError } from '../../domain/errors.js';
import { emptyFeatures, type UserFeatures } from '../../domain/features.js';
import { optionId, type PollId, pollId, userId } from '../../domain/ids.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import type { Poll } from '../../domain/poll.js';
import { LiveCatalogue } from '../live-catalogue.js';
import type { StrategyInput } from '../strategy.js';
import { NeighboursStrategy } from './neighbours.js';

const NOW = Date.UTC(2026, 0, 10);
const POLLS = 400;
const folders = tempFolders();
const opened: LmdbPollNeighbours[] = [];
afterAll(() => Promise.all(opened.map((store) => store.close())));

const idOf = (place: number): PollId => pollId(`p${place}`);
const poll = (place: number): Poll => ({
  id: idOf(place),
  question: `Question ${place}`,
  options: ['agree', 'disagree', 'pass'].map((id) => ({ id: optionId(id), label: id })),
  topics: [],
  language: null,
  authorId: null,
  createdAt: NOW - place,
  closesAt: null,
  status: 'OPEN',
});

/** One factor; who agrees to p0 likes the polls the more, the lower their number. */
const lineUp = (version: string): VersionVectors =>
  versionVectors(
    version,
    1,
    Object.fromEntries(
      Array.from({ length: POLLS }, (_, place) => [idOf(place), { liking: [1 - (2 * place) / POLLS] }]),
    ),
  );

const voted = (votes: Readonly<Record<string, string>>): UserFeatures => ({
  ...emptyFeatures(userId('me'), NOW),
  voted: Object.keys(votes).map(pollId),
  history: Object.entries(votes).map(([id, option]) => ({
    pollId: pollId(id),
    kind: 'VOTE',
    optionId: optionId(option),
    occurredAt: NOW,
    recordedAt: NOW,
  })),
});

const inputOf = (features: UserFeatures | null, changes: Partial<StrategyInput> = {}): StrategyInput => {
  const never = new Set(features?.voted);
  return {
    userId: userId('me'),
    features,
    filter: {},
    context: { topics: [], languages: [] },
    never,
    allowed: ({ id }) => !never.has(id),
    given: 0,
    tired: 0,
    likingWeight: null,
    wanted: 11,
    deadline: NOW + 5_000,
    ...changes,
  };
};

let catalogue: LiveCatalogue;
let store: LmdbPollNeighbours;

const strategyOver = (neighbours: PollNeighbours): NeighboursStrategy =>
  new NeighboursStrategy({ neighbours, catalogue, polarity: DEFAULT_POLARITY, clock: () => NOW });

/** The store, one of whose answers is another. */
const storeWith = (changes: Partial<PollNeighbours>): PollNeighbours => ({
  replace: (vectors) => store.replace(vectors),
  vectorsOf: (ids, signal) => store.vectorsOf(ids, signal),
  nearest: (request, signal) => store.nearest(request, signal),
  ping: () => store.ping(),
  close: () => store.close(),
  ...changes,
});

async function idsFor(input: StrategyInput, neighbours: PollNeighbours = store): Promise<readonly PollId[]> {
  const outcome = await strategyOver(neighbours).choose(input);
  if (outcome.status !== 'ANSWERED') throw new Error(`${outcome.status} ${outcome.reason}`);
  return outcome.answer.candidates.map((candidate) => candidate.poll.id);
}

beforeEach(async () => {
  catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => NOW });
  catalogue.apply(Array.from({ length: POLLS }, (_, place) => catalogueEntry(poll(place))));
  store = await LmdbPollNeighbours.open({ folder: await folders.make() });
  opened.push(store);
});

describe('NeighboursStrategy', () => {
  it('answers with the polls nearest to the votes, as a fallback, and says which vote spoke for each', async () => {
    await store.replace(lineUp('v1'));
    const outcome = await strategyOver(store).choose(inputOf(voted({ p0: 'agree' })));
    expect(outcome).toMatchObject({
      status: 'ANSWERED',
      answer: { source: 'FALLBACK', model: { name: 'PERSONALISATION', version: 'v1' } },
    });
    if (outcome.status !== 'ANSWERED') return;
    const { candidates } = outcome.answer;
    expect(candidates.slice(0, 3).map((candidate) => candidate.poll.id)).toEqual(['p1', 'p2', 'p3']);
    expect(candidates[0]).toMatchObject({ kind: 'BECAUSE_YOU_VOTED', because: 'p0:agree' });
    expect(candidates[0]?.becauseWeight).toBeCloseTo(candidates[0]?.score ?? 0, 6);
  });

  it('turns round for who disagrees', async () => {
    await store.replace(lineUp('v1'));
    expect((await idsFor(inputOf(voted({ p0: 'disagree' }))))[0]).toBe('p399');
  });

  it('asks again rather than come back short where nearly all is filtered out', async () => {
    await store.replace(lineUp('v1'));
    const last = new Set(Array.from({ length: 12 }, (_, place) => idOf(POLLS - 1 - place)));
    const input = inputOf(voted({ p0: 'agree' }), { allowed: ({ id }) => last.has(id) });
    expect(await idsFor(input)).toEqual([...last].toReversed());
  });

  it('leaves out polls that the catalogue does not have', async () => {
    await store.replace(
      versionVectors('v1', 1, { p0: { liking: [1] }, p1: { liking: [1] }, gone: { liking: [1] } }),
    );
    expect(await idsFor(inputOf(voted({ p0: 'agree' })))).toEqual(['p1']);
  });

  it.each([
    ['of whom nothing is known', null],
    ['who chose interests alone', { ...voted({}), interests: { topics: ['a'], languages: [] } }],
    ['who voted on polls without a vector', voted({ new: 'agree' })],
    ['who voted on own polls alone', { ...voted({ p0: 'agree' }), authored: [idOf(0)] }],
  ])('has nothing to say to a user %s', async (_, features) => {
    await store.replace(lineUp('v1'));
    expect(await strategyOver(store).choose(inputOf(features))).toEqual({
      status: 'NOT_APPLICABLE',
      reason: 'NO_FEATURES',
    });
  });

  it('has nothing to say before the first model, or where no poll is left', async () => {
    const input = inputOf(voted({ p0: 'agree' }));
    expect(await strategyOver(store).choose(input)).toMatchObject({ status: 'NOT_APPLICABLE' });
    await store.replace(lineUp('v1'));
    const nothing = { ...input, allowed: () => false };
    expect(await strategyOver(store).choose(nothing)).toMatchObject({ status: 'NOT_APPLICABLE' });
  });

  it('starts again with the vectors of another version that comes in between', async () => {
    await store.replace(lineUp('v1'));
    // The same polls the other way round, in more factors.
    const turned = versionVectors(
      'v2',
      2,
      Object.fromEntries(
        Array.from({ length: POLLS }, (_, place) => [idOf(place), { liking: [0, 1 - place / POLLS] }]),
      ),
    );
    const swapping = storeWith({
      nearest: async (request, signal) => {
        await store.replace(turned);
        return store.nearest(request, signal);
      },
    });
    const input = inputOf(voted({ p0: 'disagree' }));
    const outcome = await strategyOver(swapping).choose(input);
    expect(outcome).toMatchObject({ answer: { model: { version: 'v2' } } });
    expect((await idsFor(input, swapping))[0]).toBe('p399');
  });

  it('fails with a reason where the store is away', async () => {
    const away = storeWith({ vectorsOf: () => Promise.reject(new UnavailableError('the store is away')) });
    expect(await strategyOver(away).choose(inputOf(voted({ p0: 'agree' })))).toEqual({
      status: 'FAILED',
      reason: 'FEATURES_UNAVAILABLE',
    });
  });

  it('gives up when the time of the request is over, and calls off what it asked', async () => {
    await store.replace(lineUp('v1'));
    let calledOff = false;
    const hanging = storeWith({
      nearest: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            calledOff = true;
            reject(signal.reason);
          });
        }),
    });
    const input = inputOf(voted({ p0: 'agree' }), { deadline: NOW + 5 });
    expect(await strategyOver(hanging).choose(input)).toEqual({ status: 'FAILED', reason: 'TIMED_OUT' });
    expect(calledOff).toBe(true);
  });

  it('hands on that the caller has gone', async () => {
    const gone = AbortSignal.abort(new Error('the caller has gone'));
    await expect(
      strategyOver(store).choose(inputOf(voted({ p0: 'agree' }), { signal: gone })),
    ).rejects.toThrow('the caller has gone');
  });
});
