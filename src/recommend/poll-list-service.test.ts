import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueEntry } from '../../tests/support/poll-statistics.js';
import { versionVectors } from '../../tests/support/poll-vectors.js';
import { ScriptedModels } from '../../tests/support/scripted-models.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import { LmdbPollNeighbours } from '../datasources/neighbours/lmdb-poll-neighbours.js';
import { MiniSearchPolls } from '../datasources/search/minisearch-polls.js';
import { TimedOutError, UnavailableError } from '../domain/errors.js';
import { emptyFeatures, type UserFeatures } from '../domain/features.js';
import { optionId, pollId, type UserId, userId } from '../domain/ids.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import { DAY, HOUR } from '../domain/time.js';
import { type ScenarioSettings, scenariosFrom } from '../platform/scenario-settings.js';
import type { AnswerRecord } from './answer-observer.js';
import { FeatureReader } from './feature-reader.js';
import { LiveCatalogue } from './live-catalogue.js';
import { PageTokens } from './page-token.js';
import { PollListService } from './poll-list-service.js';
import type { RecommendationsRequest } from './poll-lists.js';

const now = Date.UTC(2026, 0, 10);
const me = userId('me');
const idOf = (n: number) => pollId(`p${String(n).padStart(3, '0')}`);

const pollNumber = (n: number, changes: Partial<Poll> = {}): Poll => ({
  id: idOf(n),
  question: `Question number ${n}`,
  options: ['agree', 'disagree', 'pass'].map((id) => ({ id: optionId(id), label: id })),
  topics: [n % 2 === 0 ? 'even' : 'odd'],
  language: n % 3 === 0 ? 'de-AT' : 'en',
  authorId: userId(`author${n % 5}`),
  createdAt: now - 30 * DAY - n * HOUR,
  closesAt: null,
  status: 'OPEN',
  ...changes,
});

/** A store that holds features of one user, or is away. */
class OneUser implements Pick<FeatureStore, 'get'> {
  features: UserFeatures | null = null;
  away = false;

  get(ids: readonly UserId[]): Promise<(UserFeatures | null)[]> {
    if (this.away) return Promise.reject(new UnavailableError('the feature store is away'));
    return Promise.resolve(ids.map((id) => (id === this.features?.userId ? this.features : null)));
  }
}

const votedOn = (...numbers: number[]): UserFeatures => ({
  ...emptyFeatures(me, now),
  voted: numbers.map(idOf),
  history: numbers.map((n) => ({
    pollId: idOf(n),
    kind: 'VOTE' as const,
    optionId: optionId('agree'),
    occurredAt: now - HOUR,
    recordedAt: now - HOUR,
  })),
});

const folders = tempFolders();
/** Empty but where a test fills it. */
let neighbours: LmdbPollNeighbours;
let models: ScriptedModels;
let store: OneUser;
let catalogue: LiveCatalogue;
let answers: AnswerRecord[];

function service(
  explorationShare = 0,
  { settings = {}, random = () => 0.5 }: { settings?: ScenarioSettings; random?: () => number } = {},
): PollListService {
  const clock = () => now;
  const search = new MiniSearchPolls();
  void search.put([...catalogue.polls()]);
  return new PollListService({
    access: { models, versionFor: () => undefined, clock, inferenceBudgetMs: 20 },
    catalogue,
    features: new FeatureReader(store as unknown as FeatureStore),
    search,
    neighbours,
    polarity: DEFAULT_POLARITY,
    tokens: new PageTokens({ secret: 'a secret for tests that is long', clock }),
    requestBudgetMs: 50,
    scenarios: scenariosFrom(settings, { explorationShare }),
    random,
    observe: (record) => answers.push(record),
  });
}

const ask = (changes: Partial<RecommendationsRequest> = {}): RecommendationsRequest => ({
  userId: me,
  first: 10,
  after: null,
  filter: {},
  context: { topics: [], languages: [] },
  scenario: 'home',
  personalised: true,
  ...changes,
});

const addPolls = (polls: readonly Poll[]): void => catalogue.apply(polls.map((poll) => catalogueEntry(poll)));

beforeEach(async () => {
  neighbours = await LmdbPollNeighbours.open({ folder: await folders.make() });
  models = new ScriptedModels();
  store = new OneUser();
  catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  answers = [];
  addPolls(Array.from({ length: 100 }, (_, n) => pollNumber(n)));
  const ids = Array.from({ length: 100 }, (_, n) => n);
  models.top = ids.map((n) => ({
    pollId: idOf(n),
    score: 1 - n / 200,
    because: `${idOf(99)}:agree`,
    becauseWeight: 0.25,
  }));
  models.popular = ids.map((n) => ({
    pollId: idOf(99 - n),
    score: 100 - n,
    because: null,
    becauseWeight: null,
  }));
});

afterEach(() => neighbours.close());

describe('recommendations', () => {
  it('are personal for a user of whom a vote is known, with the vote that weighed most', async () => {
    store.features = votedOn(99);
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({ source: 'PERSONALISED', fallbackReason: null, model: { version: 'v1' } });
    expect(page.edges).toHaveLength(10);
    expect(page.edges[0]?.reason).toMatchObject({
      kind: 'BECAUSE_YOU_VOTED',
      pollId: idOf(99),
      optionId: 'agree',
    });
    expect(answers).toMatchObject([{ list: 'recommendations', source: 'PERSONALISED', subject: 'home' }]);
    expect(JSON.stringify(answers)).not.toContain(`"${me}"`);
  });

  it('are popular for a user of whom nothing is known', async () => {
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({
      source: 'POPULAR',
      fallbackReason: 'NO_FEATURES',
      model: { name: 'POPULAR' },
    });
    expect(page.edges[0]?.pollId).toBe(idOf(99));
  });

  it('are popular for one who opted out, still without what was voted on', async () => {
    store.features = votedOn(99, 98);
    const page = await service().recommendations(ask({ personalised: false }));
    expect(page).toMatchObject({ source: 'POPULAR', fallbackReason: 'OPTED_OUT' });
    expect(page.edges[0]?.pollId).toBe(idOf(97));
  });

  it('never hold a poll that was voted on, dismissed or written by the user, is closed, or is unknown', async () => {
    store.features = {
      ...votedOn(0, 1),
      dismissals: [
        { pollId: idOf(2), active: true, occurredAt: now },
        { pollId: idOf(3), active: false, occurredAt: now },
      ],
      authored: [idOf(4)],
    };
    addPolls([
      pollNumber(5, { status: 'HIDDEN' }),
      pollNumber(6, { closesAt: now }),
      pollNumber(7, { authorId: me }),
    ]);
    models.top = [
      { pollId: pollId('unheard-of'), score: 2, because: null, becauseWeight: null },
      ...models.top,
    ];
    const { edges } = await service().recommendations(ask({ first: 100 }));
    const shown = edges.map((edge) => edge.pollId);
    for (const n of [0, 1, 2, 4, 5, 6, 7]) expect(shown).not.toContain(idOf(n));
    expect(shown).toContain(idOf(3));
    expect(shown).not.toContain('unheard-of');
  });

  it('go on with the next page, without a repeat, though votes come in between', async () => {
    store.features = votedOn(99);
    const lists = service();
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const answer = await lists.recommendations(ask({ first: 7, after }));
      seen.push(...answer.edges.map((edge) => edge.pollId));
      expect(answer.hasPreviousPage).toBe(page > 0);
      if (!answer.hasNextPage) break;
      after = answer.edges.at(-1)?.cursor ?? null;
      // A vote on the poll that would come next.
      store.features = votedOn(99, 90 - page);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(100 - 20);
  });

  it('rank the candidates of a narrow filter one by one', async () => {
    store.features = votedOn(99);
    const page = await service().recommendations(ask({ filter: { topics: ['odd'], languages: ['DE'] } }));
    expect(models.calls.map((call) => call.model)).toEqual(['rankCandidates']);
    expect(page.edges.map((edge) => edge.pollId)).toEqual([3, 9, 15, 21, 27, 33, 39, 45, 51, 57].map(idOf));
  });

  it('ask again for more rather than come back short', async () => {
    store.features = votedOn(99);
    for (let n = 0; n < 80; n += 1) addPolls([pollNumber(n, { status: 'CLOSED' })]);
    const page = await service().recommendations(ask());
    expect(page.edges).toHaveLength(10);
    expect(page.source).toBe('PERSONALISED');
    expect(models.calls.length).toBeGreaterThan(1);
  });

  it('hold polls that nobody has voted on yet, where nothing else is left', async () => {
    store.features = votedOn(...Array.from({ length: 100 }, (_, n) => n));
    addPolls([pollNumber(500), pollNumber(501)]);
    const page = await service().recommendations(ask());
    expect(new Set(page.edges.map((edge) => edge.pollId))).toEqual(new Set([idOf(500), idOf(501)]));
  });

  it('do not quote a poll that moderation has taken out', async () => {
    store.features = votedOn(99);
    addPolls([pollNumber(99, { status: 'HIDDEN', question: 'secret' })]);
    const { edges } = await service().recommendations(ask());
    for (const { reason } of edges)
      expect(reason).toMatchObject({ pollId: null, text: expect.not.stringContaining('secret') });
  });

  it('are topped up with popular polls, and say so', async () => {
    store.features = votedOn(99);
    models.top = models.top.slice(0, 3);
    const page = await service().recommendations(ask());
    expect(page.edges).toHaveLength(10);
    expect(page).toMatchObject({ source: 'PERSONALISED', fallbackReason: 'TOO_FEW_RESULTS' });
    expect(page.edges.slice(0, 3).map((edge) => edge.pollId)).toEqual([0, 1, 2].map(idOf));
    expect(page.edges[3]?.reason.kind).toBe('POPULAR');
  });

  it('let polls sink that were shown, though topped up', async () => {
    const impressions = [{ pollId: idOf(0), count: 5, lastSeenAt: now }];
    store.features = { ...votedOn(99), impressions };
    models.top = models.top.slice(0, 8);
    const page = await service().recommendations(ask());
    const shown = page.edges.map((edge) => edge.pollId);
    expect(shown.indexOf(idOf(0))).toBeGreaterThan(0);
    expect(new Set(shown.slice(0, 8))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(idOf)));
  });

  it.each([
    ['is away', new UnavailableError('away'), 'PERSONALISATION_UNAVAILABLE'],
    ['is slow', new TimedOutError('slow'), 'TIMED_OUT'],
  ])('are near to the votes while the personalisation model %s, else popular', async (_, fault, reason) => {
    store.features = votedOn(99);
    models.personalisationFault = fault;
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({ source: 'POPULAR', fallbackReason: reason });
    expect(page.edges).toHaveLength(10);

    const near = Object.fromEntries([60, 70, 99].map((n) => [idOf(n), { liking: [n / 100] }]));
    await neighbours.replace(versionVectors('v1', 1, near));
    const personal = await service().recommendations(ask());
    expect(personal).toMatchObject({ source: 'FALLBACK', fallbackReason: reason, model: { version: 'v1' } });
    // Filled up with popular ones.
    expect(personal.edges).toHaveLength(10);
    expect(personal.edges.slice(0, 2)).toMatchObject([
      { pollId: idOf(70), reason: { kind: 'BECAUSE_YOU_VOTED', pollId: idOf(99) } },
      { pollId: idOf(60) },
    ]);
    store.features = null;
    expect(await service().recommendations(ask())).toMatchObject({
      source: 'POPULAR',
      fallbackReason: 'NO_FEATURES',
    });
    store.features = votedOn(99);
    const optedOut = await service().recommendations(ask({ personalised: false }));
    expect(optedOut).toMatchObject({ source: 'POPULAR', fallbackReason: 'OPTED_OUT' });
  });

  it('come from the catalogue in memory while no model answers, the first failure as the reason', async () => {
    store.features = votedOn(99);
    models.personalisationFault = new UnavailableError('away');
    models.popularFault = new UnavailableError('away');
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({
      source: 'FALLBACK',
      fallbackReason: 'PERSONALISATION_UNAVAILABLE',
      model: null,
    });
    expect(page.edges).toHaveLength(10);
    const unknown = await service().recommendations(ask({ userId: userId('stranger') }));
    expect(unknown).toMatchObject({ source: 'FALLBACK', fallbackReason: 'POPULAR_UNAVAILABLE' });
  });

  it('are popular while the feature store is away', async () => {
    store.away = true;
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({ source: 'POPULAR', fallbackReason: 'FEATURES_UNAVAILABLE' });
  });

  it('let polls sink that were shown without a vote', async () => {
    store.features = {
      ...votedOn(99),
      impressions: [0, 1, 2].map((n) => ({ pollId: idOf(n), count: 5, lastSeenAt: now - HOUR })),
    };
    const page = await service().recommendations(ask());
    const shown = page.edges.map((edge) => edge.pollId);
    for (const n of [0, 1, 2]) expect(shown).not.toContain(idOf(n));
  });

  it('give new polls a share of the places, never the first, and log how they came there', async () => {
    store.features = votedOn(99);
    addPolls([pollNumber(200, { createdAt: now - HOUR })]);
    // The second place does not explore, the third one does.
    const numbers = [0.9, 0.05, 0.5];
    const page = await service(0.1, { random: () => numbers.shift() ?? 0.9 }).recommendations(ask());
    expect(page.edges[2]).toMatchObject({ pollId: idOf(200), score: page.edges[1]?.score });
    expect(page.edges[2]?.reason.kind).toBe('EXPLORATION');
    expect(page.edges).toHaveLength(10);
    const [answer] = answers;
    expect(answer?.exploration).toMatchObject({
      share: 0.1,
      method: 'thompson',
      candidates: [{ pollId: idOf(200), weight: expect.any(Number), votes: 0, likingShare: 0.5 }],
    });
    expect(answer?.items.slice(0, 4)).toMatchObject([
      { position: 0, propensity: 1, explores: 0, otherwise: null },
      { position: 1, propensity: 0.9, explores: 0.1, otherwise: page.edges[1]?.pollId },
      {
        position: 2,
        propensity: 0.1,
        explores: 0.1,
        policy: 'EXPLORATION',
        otherwise: idOf(2),
      },
      // There is no other new poll left to draw.
      { position: 3, propensity: 1, explores: 0, otherwise: null },
    ]);
  });

  it('explore from the first place of a later page on, and log no set where nothing could explore', async () => {
    store.features = votedOn(99);
    addPolls([200, 201, 202].map((n) => pollNumber(n, { createdAt: now - HOUR })));
    const lists = service(1);
    const first = await lists.recommendations(ask({ first: 1 }));
    expect(first.edges[0]).toMatchObject({ pollId: idOf(0), reason: { kind: 'BECAUSE_YOU_VOTED' } });
    expect(answers[0]?.exploration).toBeNull();
    const second = await lists.recommendations(ask({ first: 1, after: first.edges[0]?.cursor ?? null }));
    expect(second.edges[0]?.reason.kind).toBe('EXPLORATION');
    expect(answers[1]).toMatchObject({ items: [{ position: 1, explores: 1 }], exploration: { share: 1 } });
  });

  it('do not explore with new polls that the user was shown and left', async () => {
    store.features = {
      ...votedOn(99),
      impressions: [{ pollId: idOf(200), count: 1, lastSeenAt: now - HOUR }],
    };
    addPolls([pollNumber(200, { createdAt: now - HOUR })]);
    await service(1).recommendations(ask());
    expect(answers[0]?.exploration).toBeNull();
  });

  it('say what the vote that weighed most contributed', async () => {
    store.features = votedOn(99);
    const { edges } = await service().recommendations(ask());
    expect(edges[0]?.reason).toMatchObject({ kind: 'BECAUSE_YOU_VOTED', weight: 0.25 });
  });

  it('are scored again where a scenario weighs liking otherwise, by that blend and no weight of the old one', async () => {
    store.features = votedOn(99);
    const lists = service(0, { settings: { feed: { likingWeight: 1 } } });
    const page = await lists.recommendations(ask({ scenario: 'feed' }));
    expect(models.calls.map((call) => call.model)).toEqual(['topPolls', 'rankCandidates']);
    expect(models.calls[0]?.request).toMatchObject({ limit: 200 });
    expect(page.edges[0]).toMatchObject({
      pollId: idOf(0),
      reason: { kind: 'BECAUSE_YOU_VOTED', weight: null },
    });
    expect(answers[0]?.subject).toBe('feed');
  });

  it('are those of home in a scenario that nobody has set up', async () => {
    store.features = votedOn(99);
    const ids = async (scenario: string) =>
      (await service().recommendations(ask({ scenario }))).edges.map((edge) => edge.pollId);
    expect(await ids('unheard of')).toEqual(await ids('home'));
  });

  it('order by hints of the caller, and are not emptied by them', async () => {
    store.features = votedOn(99);
    const page = await service().recommendations(ask({ context: { topics: ['odd'], languages: ['xx'] } }));
    expect(page.edges).toHaveLength(10);
    expect(catalogue.poll(page.edges[0]?.pollId ?? pollId(''))?.topics).toEqual(['odd']);
  });
});

describe('onboarding', () => {
  const onboarding = { scenario: 'onboarding' };

  beforeEach(() => {
    models.onboarding = [50, 40, 30, 20].map((n) => ({
      pollId: idOf(n),
      score: n / 100,
      because: null,
      becauseWeight: null,
    }));
  });

  it('asks the model what would tell most, also of an unknown user, and says that it is not personal', async () => {
    const page = await service().recommendations(ask({ ...onboarding, first: 3 }));
    expect(page).toMatchObject({
      source: 'PERSONALISED',
      fallbackReason: 'NO_FEATURES',
      model: { name: 'PERSONALISATION', version: 'v1' },
    });
    expect(page.edges[0]).toMatchObject({ pollId: idOf(50), reason: { kind: 'EXPLORATION', weight: null } });
    expect(models.calls).toMatchObject([{ model: 'onboardingPolls', request: { history: [] } }]);
    expect(answers[0]?.items[0]).toMatchObject({ policy: 'EXPLORATION', propensity: 1 });
  });

  it('goes on from the votes of a user of whom some are known', async () => {
    store.features = votedOn(50);
    const page = await service().recommendations(ask({ ...onboarding, first: 2 }));
    expect(page).toMatchObject({ source: 'PERSONALISED', fallbackReason: null });
    expect(page.edges.map((edge) => edge.pollId)).toEqual([40, 30].map(idOf));
    expect(models.calls[0]?.request).toMatchObject({ history: [`${idOf(50)}:agree`] });
  });

  it('is the list of home, with the reason, where the version that serves has no such model', async () => {
    models.onboarding = null;
    const stranger = await service().recommendations(ask(onboarding));
    expect(stranger).toMatchObject({ source: 'POPULAR', fallbackReason: 'PERSONALISATION_UNAVAILABLE' });
    store.features = votedOn(99);
    const known = await service().recommendations(ask(onboarding));
    expect(known).toMatchObject({ source: 'PERSONALISED', fallbackReason: 'PERSONALISATION_UNAVAILABLE' });
    expect(known.edges).toHaveLength(10);
  });
});

describe('popular polls', () => {
  it('come newest first from the catalogue', async () => {
    addPolls([pollNumber(300, { createdAt: now - 1 })]);
    const page = await service().popular({
      userId: null,
      first: 3,
      after: null,
      filter: {},
      order: 'NEWEST',
    });
    expect(page.edges.map((edge) => edge.pollId)).toEqual([idOf(300), idOf(0), idOf(1)]);
    expect(page.hasNextPage).toBe(true);
  });

  it('leave out what the user voted on', async () => {
    store.features = votedOn(99, 98);
    const page = await service().popular({ userId: me, first: 2, after: null, filter: {}, order: 'POPULAR' });
    expect(page.edges.map((edge) => edge.pollId)).toEqual([97, 96].map(idOf));
  });

  it('count votes on a poll that no flow has seen', async () => {
    const poll = pollNumber(400);
    catalogue.apply([
      catalogueEntry(poll, {
        liveVotes: [{ optionId: optionId('agree'), votes: 1_000 }],
        liveActivity: { established: 1_000, first: 0, at: now },
      }),
    ]);
    const page = await service().popular({
      userId: null,
      first: 1,
      after: null,
      filter: {},
      order: 'POPULAR',
    });
    expect(page.edges[0]?.pollId).toBe(idOf(400));
  });
});

describe('similar polls', () => {
  it('are those that one vote lifts most, without the poll itself', async () => {
    const page = await service().similar({
      userId: null,
      pollId: idOf(4),
      first: 3,
      after: null,
      filter: {},
    });
    expect(page.edges.map((edge) => edge.pollId)).toEqual([0, 1, 2].map(idOf));
  });

  it('are found by their text while no model answers', async () => {
    models.personalisationFault = new UnavailableError('away');
    const page = await service().similar({
      userId: null,
      pollId: idOf(4),
      first: 3,
      after: null,
      filter: {},
    });
    expect(page.edges).toHaveLength(3);
    expect(page.edges.map((edge) => edge.pollId)).not.toContain(idOf(4));
    expect(answers).toMatchObject([{ list: 'similar', fallbackReason: 'PERSONALISATION_UNAVAILABLE' }]);
  });

  it('are NOT_FOUND for a poll that is not there', async () => {
    const request = { userId: null, pollId: pollId('nope'), first: 3, after: null, filter: {} };
    await expect(service().similar(request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('search', () => {
  it('finds by words and orders by taste for a known user', async () => {
    addPolls([
      pollNumber(70, { question: 'More trams in the old town' }),
      pollNumber(20, { question: 'More trams in the new town' }),
    ]);
    const request = { query: 'trams town', first: 5, after: null, filter: {} };
    const found = await service().search({ ...request, userId: null });
    expect(new Set(found.edges.map((edge) => edge.pollId))).toEqual(new Set([idOf(70), idOf(20)]));
    const even = await service().search({ ...request, userId: null, filter: { topics: ['odd'] } });
    expect(even.edges).toEqual([]);
    store.features = votedOn(99);
    const mine = await service().search({ ...request, userId: me });
    expect(mine.edges.map((edge) => edge.pollId)).toEqual([idOf(20), idOf(70)]);
  });
});
