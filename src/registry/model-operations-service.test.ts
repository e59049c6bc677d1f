import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/eventually.js';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { FileLeaseStore } from '../datasources/leases/file-lease-store.js';
import { FileModelStore } from '../datasources/model-store/file-model-store.js';
import { FileRunStore } from '../datasources/runs/file-run-store.js';
import { flowLease, SCHEDULER_LEASE, writeFlowRun } from '../datasources/runs/flow-run.js';
import { type ModelVersion, modelVersion, runId } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';
import type { ModelRefresh } from './model-operations.js';
import { ModelOperationsService } from './model-operations-service.js';
import { Registry } from './registry.js';
import { RegistryFollower } from './registry-follower.js';

const folders = tempFolders();
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function setting() {
  const folder = await folders.make();
  const source = join(folder, 'model.onnx');
  await writeFile(source, 'model');
  const models = new FakeReplicas();
  const modelStore = await FileModelStore.open({ folder: join(folder, 'models') });
  const runs = await FileRunStore.open({ folder: join(folder, 'runs') });
  const leases = await FileLeaseStore.open({ folder: join(folder, 'leases'), clock: Date.now });
  const registry = new Registry({ modelStore, models, clock: Date.now, keepVersions: 5 });
  const errors: unknown[] = [];
  const follower = new RegistryFollower({
    registry,
    models,
    intervalMs: 5,
    onError: (error) => errors.push(error),
  });
  await follower.start();
  stops.push(() => follower.stop());
  const operations = new ModelOperationsService({
    registry,
    follower,
    models,
    runs,
    leases,
    schedules: {
      PERSONALISATION: { flow: 'personalise', cron: '0 3 * * *' },
      POPULAR: { flow: 'popular', cron: '0 */2 * * *' },
    },
    timeZone: 'UTC',
  });
  const publish = async (name: string, model: ModelName = 'POPULAR'): Promise<ModelVersion> => {
    const version = modelVersion(name);
    const record = {
      version,
      state: 'CHALLENGER' as const,
      runId: runId('run'),
      trainedAt: 5,
      dataThrough: 4,
      metrics: [{ name: 'exposedAuc', value: 0.75 }],
      parameters: {},
      checksums: {},
    };
    await registry.publish(model, record, [{ name: 'popular/model.onnx', sourcePath: source }]);
    return version;
  };
  /** Collects what a subscriber gets. */
  const subscribe = (
    signal = new AbortController().signal,
  ): { readonly got: ModelRefresh[]; ended: boolean } => {
    const refreshes = operations.refreshes(signal);
    const subscriber = { got: [] as ModelRefresh[], ended: false };
    void (async () => {
      for await (const refresh of refreshes) subscriber.got.push(refresh);
      subscriber.ended = true;
    })();
    return subscriber;
  };
  return { models, modelStore, runs, leases, registry, follower, operations, publish, subscribe, errors };
}

const versionsOf = ({ got }: { readonly got: readonly ModelRefresh[] }) => got.map(({ version }) => version);

describe('refreshes', () => {
  it('tell every subscriber of each new champion once, in order, promotions and rollbacks included', async () => {
    const { operations, publish, subscribe } = await setting();
    const [v1, v2] = [await publish('v1'), await publish('v2')];
    const subscribers = [subscribe(), subscribe()];
    await operations.promote('POPULAR', v1);
    await operations.promote('POPULAR', v2);
    await operations.rollback('POPULAR');
    const other = await publish('p1', 'PERSONALISATION');
    await operations.promote('PERSONALISATION', other);
    for (const subscriber of subscribers) {
      await eventually(() => subscriber.got.length === 4);
      expect(subscriber.got).toMatchObject([
        { name: 'POPULAR', version: v1, previousVersion: null, metrics: [{ name: 'exposedAuc' }] },
        { name: 'POPULAR', version: v2, previousVersion: v1 },
        { name: 'POPULAR', version: v1, previousVersion: v2 },
        { name: 'PERSONALISATION', version: other, previousVersion: null },
      ]);
    }
  });

  it('wait until the ready replicas report the version', async () => {
    const { models, modelStore, publish, subscribe, follower } = await setting();
    const v1 = await publish('v1');
    const replica = models.add('http://a', modelVersion('v0'));
    const subscriber = subscribe();
    // Announced by a flow's process, which sees no replica, while this one sees a replica on another version.
    const elsewhere = new Registry({
      modelStore,
      models: new FakeReplicas(),
      clock: Date.now,
      keepVersions: 5,
    });
    await elsewhere.promote('POPULAR', v1);
    await elsewhere.announce('POPULAR');
    await eventually(() => follower.document('POPULAR').history.at(-1)?.act === 'ANNOUNCED');
    const before = follower.document('POPULAR');
    await eventually(() => follower.document('POPULAR') !== before);
    replica.ready = false;
    await eventually(() => follower.document('POPULAR') !== before);
    const early = versionsOf(subscriber);
    replica.version = v1;
    replica.ready = true;
    await eventually(() => subscriber.got.length > 0);
    expect([early, versionsOf(subscriber)]).toEqual([[], [v1]]);
  });

  it('do not tell a new subscriber of what was announced before', async () => {
    const { operations, publish, subscribe, follower } = await setting();
    const [v1, v2] = [await publish('v1'), await publish('v2')];
    await operations.promote('POPULAR', v1);
    await eventually(() => follower.document('POPULAR').history.at(-1)?.act === 'ANNOUNCED');
    const before = follower.document('POPULAR');
    await eventually(() => follower.document('POPULAR') !== before);
    const late = subscribe();
    expect(await operations.currentRefresh('POPULAR')).toMatchObject({ version: v1 });
    await operations.promote('POPULAR', v2);
    await eventually(() => late.got.length > 0);
    expect(versionsOf(late)).toEqual([v2]);
  });

  it('end when the subscriber leaves and when the follower stops', async () => {
    const { follower, subscribe } = await setting();
    const leaving = new AbortController();
    const [left, stayed] = [subscribe(leaving.signal), subscribe()];
    leaving.abort();
    await eventually(() => left.ended);
    expect(stayed.ended).toBe(false);
    await follower.stop();
    await eventually(() => stayed.ended);
  });
});

it('a follower brings the canary to a replica that starts anew', async () => {
  const { models, registry, publish } = await setting();
  const [v1, v2] = [await publish('v1'), await publish('v2')];
  const replica = models.add('http://a', v1);
  await registry.promote('POPULAR', v1);
  await registry.setCanary('POPULAR', v2, 10);
  replica.extra.clear();
  await eventually(() => replica.extra.has(v2));
});

describe('status', () => {
  it('tells champion, replicas, canary, last and next run', async () => {
    const { operations, models, publish, runs, leases } = await setting();
    expect(await operations.status('POPULAR')).toMatchObject({
      state: 'MISSING',
      version: null,
      lastRun: null,
      nextRunAt: null,
    });
    const scheduler = await leases.acquire(SCHEDULER_LEASE);
    expect(await operations.currentRefresh('POPULAR')).toBeNull();
    const [v1, v2] = [await publish('v1'), await publish('v2')];
    models.add('http://a', v1);
    await operations.promote('POPULAR', v1);
    await operations.setCanary('POPULAR', v2, 10);
    const run = {
      id: runId('run'),
      flow: 'popular',
      state: 'SUCCEEDED' as const,
      startedAt: 1,
      finishedAt: 2,
      heartbeat: 2,
      steps: {},
    };
    await writeFlowRun(runs, run);
    const status = await operations.status('POPULAR');
    expect(status).toMatchObject({
      state: 'READY',
      version: v1,
      trainedAt: 5,
      dataThrough: 4,
      metrics: [{ name: 'exposedAuc', value: 0.75 }],
      canary: { version: v2, percent: 10 },
      replicas: [{ url: 'http://a', ready: true, version: v1 }],
      lastRun: { id: 'run', state: 'SUCCEEDED', startedAt: 1, finishedAt: 2 },
    });
    expect(status.nextRunAt ?? 0).toBeGreaterThan(Date.now());
    expect(new Date(status.nextRunAt ?? 0).getUTCHours() % 2).toBe(0);
    if (scheduler.status === 'ACQUIRED') await scheduler.lease.release();
    expect((await operations.status('POPULAR')).nextRunAt).toBeNull();
  });

  it('is LOADING while a replica serves another version, DEGRADED while one is away or after a failed run', async () => {
    const { operations, models, publish, registry, runs, leases } = await setting();
    const [v1, v2] = [await publish('v1'), await publish('v2')];
    const replica = models.add('http://a', v1);
    models.add('http://b', v1);
    await registry.promote('POPULAR', v2);
    const state = async () => (await operations.status('POPULAR')).state;
    expect(await state()).toBe('LOADING');
    models.serve(v2);
    expect(await state()).toBe('READY');
    replica.ready = false;
    expect(await state()).toBe('DEGRADED');
    replica.ready = true;
    const run = { id: runId('r'), flow: 'popular', startedAt: 1, finishedAt: null, heartbeat: 1, steps: {} };
    const lease = await leases.acquire(flowLease('popular'));
    await writeFlowRun(runs, { ...run, state: 'RUNNING' });
    expect(await operations.status('POPULAR')).toMatchObject({
      state: 'READY',
      lastRun: { state: 'RUNNING' },
    });
    // A run that says RUNNING while nobody holds the flow's lease was killed.
    if (lease.status === 'ACQUIRED') await lease.lease.release();
    expect(await operations.status('POPULAR')).toMatchObject({
      state: 'DEGRADED',
      lastRun: { state: 'ABANDONED' },
    });
  });
});
