import { randomUUID } from 'node:crypto';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { AnswerLog } from '../../datasources/answer-log/answer-log.js';
import type { FeatureStore } from '../../datasources/features/feature-store.js';
import { HunchError } from '../../domain/errors.js';
import type { FallbackReason } from '../../domain/recommendation.js';
import { type Millis, SECOND } from '../../domain/time.js';
import { within } from '../../domain/within.js';
import { EventIntake } from '../../events/event-intake.js';
import { OutboxRelay } from '../../events/outbox-relay.js';
import { RecordingService } from '../../events/recording-service.js';
import { createMetrics, type Metrics } from '../../platform/metrics.js';
import type { Shutdown } from '../../platform/shutdown.js';
import { type AnswerObserver, loggedAnswer } from '../../recommend/answer-observer.js';
import { CatalogueFollower } from '../../recommend/catalogue-follower.js';
import { FeatureReader } from '../../recommend/feature-reader.js';
import { LiveCatalogue } from '../../recommend/live-catalogue.js';
import { PageTokens } from '../../recommend/page-token.js';
import { PollListService } from '../../recommend/poll-list-service.js';
import { canaryVersion } from '../../registry/canary-split.js';
import { ModelOperationsService } from '../../registry/model-operations-service.js';
import { RegistryFollower } from '../../registry/registry-follower.js';
import { startApi } from '../../resolvers/start-api.js';
import { isOpenMode } from '../../resolvers/viewer.js';
import type { Parts } from './parts.js';
import { signingSecret } from './secret.js';
import { warmUp } from './warm-up.js';
import { watchedRejectedRecords } from './watched-rejected-records.js';
import { whenThere } from './when-there.js';
import { withoutRepeats } from './without-repeats.js';

/** Pauses between two looks at the shared stores; all instances know of a change well within 5 seconds. */
const CATALOGUE_INTERVAL_MS = 500;
const REGISTRY_INTERVAL_MS = 500;
const RELAY_INTERVAL_MS = 5 * SECOND;
const RELAY_START_MS = 10 * SECOND;
/** A probe is answered within a second, whatever the store does. */
const PROBE_DEADLINE_MS: Millis = 500;
/** Reasons that are about the user and no failure. */
const EXPECTED = new Set<FallbackReason>(['NO_FEATURES', 'OPTED_OUT']);
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function observer(metrics: Metrics, parts: Parts, answerLog: AnswerLog | null): AnswerObserver {
  const answers = new Counter({
    name: 'hunch_answers_total',
    help: 'Lists given, by the path that answered and the first thing that failed.',
    labelNames: ['list', 'source', 'fallback_reason'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'hunch_answer_duration_seconds',
    help: 'Time to choose the polls of one answer.',
    labelNames: ['list', 'source'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    registers: [metrics],
  });
  new Counter({
    name: 'hunch_answer_log_dropped_total',
    help: 'Answers that the answer log could not take or write.',
    registers: [metrics],
    collect() {
      this.reset();
      this.inc(answerLog?.dropped ?? 0);
    },
  });
  return (record) => {
    const { list, fallbackReason, recommendationId, durationMs } = record;
    const source = record.source ?? '';
    answers.inc({ list, source, fallback_reason: fallbackReason ?? '' });
    durations.observe({ list, source }, record.durationMs / 1_000);
    answerLog?.append(loggedAnswer(record));
    parts.log.debug({ list, source, fallbackReason, recommendationId, durationMs }, 'answered');
    if (fallbackReason !== null && !EXPECTED.has(fallbackReason)) {
      parts.log.warn({ list, source, fallbackReason, recommendationId }, 'answer fell back');
    }
  };
}

function checkExposure(parts: Parts): void {
  const { config } = parts;
  if (isOpenMode(config) && !LOOPBACK.has(config.HOST)) {
    throw new HunchError(
      'INVALID_CONFIGURATION',
      `HOST=${config.HOST} wants AUTH_JWT_SECRET or SERVICE_KEYS: without them the API is open to everyone and binds to 127.0.0.1 only`,
    );
  }
}

/** Why the store would not be of use now; empty where it answers in time. */
const awayOf = (features: FeatureStore): Promise<readonly string[]> =>
  within<readonly string[]>(
    features.ping().then(
      () => [],
      (error: unknown) => [error instanceof Error ? error.message : String(error)],
    ),
    PROBE_DEADLINE_MS,
    () => [`The feature store does not answer within ${PROBE_DEADLINE_MS} ms.`],
  );

/**
 * Puts the API together from its parts, warms it up and starts it on HOST:PORT; whatever was started is handed to `shutdown`,
 * also where a later part fails. What a killed instance left is brought in first. Features and catalogue must be there, and are
 * waited for; the warehouse may be away.
 */
export async function startApiService(parts: Parts, shutdown: Shutdown): Promise<{ readonly url: string }> {
  checkExposure(parts);
  const { config, log, clock } = parts;
  const metrics = createMetrics({ process: true });
  const [features, catalogueStore, search, neighbours] = await whenThere(
    async () => {
      const stores = await Promise.all([
        parts.features(),
        parts.catalogue(),
        parts.search(),
        parts.neighbours(),
      ]);
      await stores[0].ping();
      return stores;
    },
    { log, signal: shutdown.signal },
  );
  const [outbox, leases, models, registry, runs] = await Promise.all([
    parts.outbox(),
    parts.leases(),
    parts.models(),
    parts.registry(),
    parts.runs(),
  ]);
  const onError = withoutRepeats(
    (error) => log.warn({ err: error }, 'a store does not answer; trying again'),
    clock,
  );

  const intake = new EventIntake({ features, catalogue: catalogueStore, onError });
  const relay = new OutboxRelay({
    outbox,
    intake,
    features,
    catalogue: catalogueStore,
    warehouse: {
      append: async (rows) => (await parts.warehouse()).append(rows),
      ping: async () => (await parts.warehouse()).ping(),
    },
    keepEvents: config.EVENT_SINK === 'warehouse',
    rejected: watchedRejectedRecords(await parts.rejectedRecords(), { log, metrics }),
    clock,
    leases,
    intervalMs: RELAY_INTERVAL_MS,
    onError,
  });
  const catalogue = new LiveCatalogue({ polarity: config.OPTION_POLARITY, clock });
  const follower = new CatalogueFollower({
    store: catalogueStore,
    catalogue,
    search,
    intervalMs: CATALOGUE_INTERVAL_MS,
    onError,
  });
  const versions = new RegistryFollower({ registry, models, intervalMs: REGISTRY_INTERVAL_MS, onError });
  shutdown.add('relay', () => relay.stop());
  // A warehouse that hangs holds up nobody: the round goes on while requests are served.
  await within(relay.start(), RELAY_START_MS, () => undefined);
  shutdown.add('followers', async () => {
    await follower.stop();
    await versions.stop();
  });
  await Promise.all([follower.start(), versions.start()]);

  const observe = observer(metrics, parts, await parts.answerLog());
  let isWarm = false;
  const lists = new PollListService({
    access: {
      models,
      versionFor: (model, user) =>
        user === null ? undefined : canaryVersion(user, versions.document(model)),
      clock,
      inferenceBudgetMs: config.INFERENCE_BUDGET_MS,
    },
    catalogue,
    features: new FeatureReader(features),
    search,
    neighbours,
    polarity: config.OPTION_POLARITY,
    tokens: new PageTokens({ secret: config.SIGNING_SECRET ?? signingSecret(config.DATA_DIR), clock }),
    requestBudgetMs: config.REQUEST_BUDGET_MS,
    scenarios: config.SCENARIOS,
    random: Math.random,
    observe: (record) => {
      if (isWarm) observe(record);
    },
  });
  const recorder = new RecordingService({
    outbox,
    intake,
    features,
    catalogue: catalogueStore,
    poll: (id) => catalogue.poll(id),
    refreshCatalogue: () => follower.refresh(),
    wakeRelay: () => relay.wake(),
    clock,
    newId: randomUUID,
  });
  const operations = new ModelOperationsService({
    registry,
    follower: versions,
    models,
    runs,
    leases,
    schedules: {
      PERSONALISATION: { flow: 'personalise', cron: config.PERSONALISE_CRON },
      POPULAR: { flow: 'popular', cron: config.POPULAR_CRON },
    },
    timeZone: config.SCHEDULE_TIME_ZONE,
  });
  new Gauge({
    name: 'hunch_outbox_records',
    help: 'Records that are not in the warehouse yet.',
    registers: [metrics],
    async collect() {
      this.set(await outbox.size());
    },
  });
  await warmUp(lists, features);
  isWarm = true;
  shutdown.signal.throwIfAborted();
  const api = await startApi({
    config,
    services: { lists, catalogue, recorder, models: operations, features, clock, random: Math.random },
    log,
    metrics,
    // It has polls to show from its start on, and shows them whatever is away.
    ready: async () => [],
    degraded: () => awayOf(features),
  });
  shutdown.add('api', () => api.close());
  return { url: api.url };
}
