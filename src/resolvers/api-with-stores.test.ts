import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { EdgeModels } from '../../tests/support/edge-services.js';
import { eventually } from '../../tests/support/eventually.js';
import { versionVectors } from '../../tests/support/poll-vectors.js';
import { ScriptedModels } from '../../tests/support/scripted-models.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { createHunchClient, type HunchClient } from '../client/index.js';
import { LmdbCatalogueStore } from '../datasources/catalogue/lmdb-catalogue-store.js';
import { LmdbFeatureStore } from '../datasources/features/lmdb-feature-store.js';
import { LmdbPollNeighbours } from '../datasources/neighbours/lmdb-poll-neighbours.js';
import { LmdbOutbox } from '../datasources/outbox/lmdb-outbox.js';
import { MiniSearchPolls } from '../datasources/search/minisearch-polls.js';
import { UnavailableError } from '../domain/errors.js';
import { pollId } from '../domain/ids.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import { EventIntake } from '../events/event-intake.js';
import { RecordingService } from '../events/recording-service.js';
import { createLog } from '../platform/log.js';
import { createMetrics } from '../platform/metrics.js';
import { scenariosFrom } from '../platform/scenario-settings.js';
import { CatalogueFollower } from '../recommend/catalogue-follower.js';
import { FeatureReader } from '../recommend/feature-reader.js';
import { LiveCatalogue } from '../recommend/live-catalogue.js';
import { PageTokens } from '../recommend/page-token.js';
import { PollListService } from '../recommend/poll-list-service.js';
import { startApi } from './start-api.js';

const clock = Date.now;
const folders = tempFolders();
const ending: (() => Promise<void>)[] = [];
const ids = Array.from({ length: 12 }, (_, n) => `poll-${String(n + 1).padStart(2, '0')}`);
let client: HunchClient;
let models: ScriptedModels;
let neighbours: LmdbPollNeighbours;

/** The API with its real services and embedded stores; only the predictors' answers are written down. */
beforeEach(async () => {
  const folder = await folders.make();
  const features = await LmdbFeatureStore.open({ folder: `${folder}/features`, clock });
  const store = await LmdbCatalogueStore.open({ folder: `${folder}/features` });
  const outbox = await LmdbOutbox.open({ folder: `${folder}/outbox` });
  neighbours = await LmdbPollNeighbours.open({ folder: `${folder}/features` });
  models = new ScriptedModels();
  models.top = ids.map((id, n) => ({
    pollId: pollId(id),
    score: 1 - n / 20,
    because: 'poll-01:agree',
    becauseWeight: 0.25,
  }));
  models.popular = ids
    .toReversed()
    .map((id, n) => ({ pollId: pollId(id), score: 20 - n, because: null, becauseWeight: null }));
  const catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock });
  const search = new MiniSearchPolls();
  const onError = (error: unknown): void => {
    throw error;
  };
  const follower = new CatalogueFollower({ store, catalogue, search, intervalMs: 50, onError });
  await follower.start();
  const lists = new PollListService({
    access: { models, versionFor: () => undefined, clock, inferenceBudgetMs: 1_000 },
    catalogue,
    features: new FeatureReader(features),
    search,
    neighbours,
    polarity: DEFAULT_POLARITY,
    tokens: new PageTokens({ secret: 'a secret of thirty-two characters or more', clock }),
    requestBudgetMs: 5_000,
    scenarios: scenariosFrom({}, { explorationShare: 0 }),
    random: () => 0.5,
    observe: () => undefined,
  });
  const recorder = new RecordingService({
    outbox,
    intake: new EventIntake({ features, catalogue: store, onError }),
    features,
    catalogue: store,
    poll: (id) => catalogue.poll(id),
    refreshCatalogue: () => follower.refresh(),
    wakeRelay: () => undefined,
    clock,
    newId: randomUUID,
  });
  const api = await startApi({
    config: { HOST: '127.0.0.1', PORT: 0, AUTH_JWT_SECRET: undefined, SERVICE_KEYS: undefined },
    services: { lists, catalogue, recorder, models: new EdgeModels(), features, clock, random: () => 0.5 },
    log: createLog({ level: 'silent', name: 'test' }),
    metrics: createMetrics(),
    ready: async () => [],
  });
  client = createHunchClient(`${api.url}/graphql`, { webSocketImpl: WebSocket });
  ending.push(async () => {
    await client.close();
    await api.close();
    await follower.stop();
    await Promise.all([outbox.close(), store.close(), features.close(), neighbours.close()]);
  });
  const options = ['agree', 'disagree'].map((id) => ({ id, label: id }));
  const polls = ids.map((id, n) => ({
    id,
    question: `Question ${n + 1} on ${n % 2 ? 'rivers' : 'mountains'}?`,
    options,
    topics: [n % 2 ? 'rivers' : 'mountains'],
    language: 'en',
    createdAt: new Date(clock() - 1_000).toISOString(),
  }));
  const { upsertPolls } = await client.UpsertPolls({ polls });
  expect(upsertPolls).toEqual({ accepted: 12, duplicates: 0, rejected: [] });
});
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const asked = async (variables: Parameters<HunchClient['Recommendations']>[0]) =>
  (await client.Recommendations(variables)).recommendations;

test('a vote makes the very next answer personal, with its reason, and without the poll', async () => {
  const before = await asked({ userId: 'ann' });
  expect(before).toMatchObject({ source: 'POPULAR', fallbackReason: 'NO_FEATURES' });
  const vote = { userId: 'ann', pollId: 'poll-01', optionId: 'agree', eventId: 'e1' };
  expect(
    await client.RecordVotes({ votes: [vote, { ...vote, eventId: 'e2', optionId: 'none' }] }),
  ).toMatchObject({
    recordVotes: { accepted: 1, rejected: [{ index: 1, code: 'UNKNOWN_OPTION' }] },
  });
  const after = await asked({ userId: 'ann', first: 11 });
  expect(after).toMatchObject({ source: 'PERSONALISED', fallbackReason: null });
  expect(after.edges.map(({ node }) => node.id)).not.toContain('poll-01');
  expect(after.edges[0]?.reason).toMatchObject({
    kind: 'BECAUSE_YOU_VOTED',
    poll: { id: 'poll-01' },
    option: { id: 'agree' },
  });
  expect(await client.RecordVotes({ votes: [vote] })).toMatchObject({ recordVotes: { duplicates: 1 } });
  await eventually(async () => (await client.Poll({ id: 'poll-01' })).poll?.stats.votes === 1);
});

test('the second page continues the first, and a list can be filtered, searched and continued', async () => {
  const first = await asked({ userId: 'ann', first: 5 });
  const next = await client.RecommendationsNextPage({
    userId: 'ann',
    first: 50,
    after: first.pageInfo.endCursor,
  });
  const all = [...first.edges.map(({ node }) => node.id), ...next.recommendations.nodes.map(({ id }) => id)];
  expect(all.toSorted()).toEqual(ids);
  const rivers = await client.PopularPolls({ filter: { topics: ['rivers'] }, first: 20 });
  expect(rivers.popularPolls.edges).toHaveLength(6);
  const found = await client.SearchPolls({ query: 'mountains', first: 20 });
  expect(found.searchPolls.edges).toHaveLength(6);
  await expect(client.RecommendationsNextPage({ userId: 'ann', after: 'tampered' })).rejects.toMatchObject({
    response: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  });
});

test('a hidden poll is gone, a dismissed one too, and a forgotten user is unknown', async () => {
  await client.SetPollStatus({ pollId: 'poll-12', status: 'HIDDEN' });
  await client.SetInterests({ userId: 'ann', topics: ['rivers'] });
  await client.RecordInteractions({ interactions: [{ userId: 'ann', pollId: 'poll-02', kind: 'DISMISS' }] });
  const list = await asked({ userId: 'ann', first: 50 });
  const shown = list.edges.map(({ node }) => node.id);
  expect(shown).not.toContain('poll-12');
  expect(shown).not.toContain('poll-02');
  expect((await client.UserFeatures({ userId: 'ann' })).userFeatures).toMatchObject({
    userId: 'ann',
    votes: 0,
  });
  await client.ForgetUser({ userId: 'ann' });
  expect((await client.UserFeatures({ userId: 'ann' })).userFeatures).toBeNull();
});

test('a vote still counts while no predictor answers: polls near to it, as a fallback with its reason', async () => {
  const liked = Object.fromEntries(ids.map((id, n) => [id, { liking: [n % 2 === 0 ? 0.8 : -0.8] }]));
  await neighbours.replace(versionVectors('v1', 1, liked));
  models.personalisationFault = new UnavailableError('away');
  models.popularFault = new UnavailableError('away');
  const stranger = await asked({ userId: 'ann', first: 5 });
  expect(stranger).toMatchObject({ source: 'FALLBACK', fallbackReason: 'POPULAR_UNAVAILABLE', model: null });
  const vote = { userId: 'ann', pollId: 'poll-01', optionId: 'agree' };
  await client.RecordVotes({ votes: [vote] });
  const near = await asked({ userId: 'ann', first: 5 });
  expect(near).toMatchObject({ source: 'FALLBACK', fallbackReason: 'PERSONALISATION_UNAVAILABLE' });
  expect(near.edges.map(({ node }) => node.id).toSorted()).toEqual(
    ['03', '05', '07', '09', '11'].map((number) => `poll-${number}`),
  );
  expect(near.edges[0]?.reason).toMatchObject({ kind: 'BECAUSE_YOU_VOTED', poll: { id: 'poll-01' } });
  await client.RecordVotes({ votes: [{ ...vote, optionId: 'disagree' }] });
  const turned = await asked({ userId: 'ann', first: 5 });
  for (const { node } of turned.edges) expect(Number(node.id.slice(-2)) % 2).toBe(0);
});
