import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedModels } from '../../tests/support/scripted-models.js';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import { MiniSearchPolls } from '../datasources/search/minisearch-polls.js';
import { TimedOutError, UnavailableError } from '../domain/errors.js';
import { emptyFeatures, type UserFeatures } from '../domain/features.js';
import { optionId, pollId, type UserId, userId } from '../domain/ids.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import { DAY, HOUR } from '../domain/time.js';
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

let models: ScriptedModels;
let store: OneUser;
let catalogue: LiveCatalogue;
let answers: AnswerRecord[];

function service(explorationShare = 0): PollListService {
  const clock = () => now;
  const search = new MiniSearchPolls();
  void search.put([...catalogue.polls()]);
  return new PollListService({
    access: { models, versionFor: () => undefined, clock, inferenceBudgetMs: 20 },
    catalogue,
    features: new FeatureReader(store as unknown as FeatureStore),
    search,
    polarity: DEFAULT_POLARITY,
    tokens: new PageTokens({ secret: 'a secret for tests that is long', clock }),
    requestBudgetMs: 50,
    explorationShare,
    random: () => 0.5,
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

const addPolls = (polls: readonly Poll[]): void =>
  catalogue.apply(polls.map((poll) => ({ poll, statistics: null, liveVotes: [] })));

beforeEach(() => {
  models = new ScriptedModels();
  store = new OneUser();
  catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  answers = [];
  addPolls(Array.from({ length: 100 }, (_, n) => pollNumber(n)));
  const ids = Array.from({ length: 100 }, (_, n) => n);
  models.top = ids.map((n) => ({ pollId: idOf(n), score: 1 - n / 200, because: `${idOf(99)}:agree` }));
  models.popular = ids.map((n) => ({ pollId: idOf(99 - n), score: 100 - n, because: null }));
});

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
    expect(answers).toMatchObject([
      { list: 'recommendations', source: 'PERSONALISED', userId: me, subject: 'home' },
    ]);
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
    models.top = [{ pollId: pollId('unheard-of'), score: 2, because: null }, ...models.top];
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

  it.each([
    ['is away', new UnavailableError('away'), 'PERSONALISATION_UNAVAILABLE'],
    ['is slow', new TimedOutError('slow'), 'TIMED_OUT'],
  ])('are popular while the personalisation model %s', async (_, fault, reason) => {
    store.features = votedOn(99);
    models.personalisationFault = fault;
    const page = await service().recommendations(ask());
    expect(page).toMatchObject({ source: 'POPULAR', fallbackReason: reason });
    expect(page.edges).toHaveLength(10);
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

  it('give new polls a share of the places, never the first', async () => {
    store.features = votedOn(99);
    addPolls([pollNumber(200, { createdAt: now - HOUR })]);
    const page = await service(0.1).recommendations(ask());
    const place = page.edges.findIndex((edge) => edge.reason.kind === 'EXPLORATION');
    expect(page.edges[place]?.pollId).toBe(idOf(200));
    expect(place).toBeGreaterThan(0);
    expect(page.edges).toHaveLength(10);
  });

  it('order by hints of the caller, and are not emptied by them', async () => {
    store.features = votedOn(99);
    const page = await service().recommendations(ask({ context: { topics: ['odd'], languages: ['xx'] } }));
    expect(page.edges).toHaveLength(10);
    expect(catalogue.poll(page.edges[0]?.pollId ?? pollId(''))?.topics).toEqual(['odd']);
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
    catalogue.apply([{ poll, statistics: null, liveVotes: [{ optionId: optionId('agree'), votes: 1_000 }] }]);
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
