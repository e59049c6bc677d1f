import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { childProcesses } from '../../tests/support/processes.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { startFixture } from '../../tests/support/typescript-process.js';
import { FileModelStore } from '../datasources/model-store/file-model-store.js';
import type { ModelFile } from '../datasources/model-store/model-store.js';
import { type ModelVersion, modelVersion, runId } from '../domain/ids.js';
import { DAY } from '../domain/time.js';
import { Registry } from './registry.js';
import type { VersionRecord } from './registry-document.js';
import { checksumsOf, versionName } from './version-name.js';

const folders = tempFolders();
const MODEL = 'POPULAR';
const START = Date.UTC(2026, 0, 1);

async function setting({ keepVersions = 5 } = {}) {
  const folder = await folders.make();
  const source = join(await folders.make(), 'model.onnx');
  await writeFile(source, 'model');
  const files: readonly ModelFile[] = [{ name: 'popular/model.onnx', sourcePath: source }];
  const modelStore = await FileModelStore.open({ folder });
  const models = new FakeReplicas();
  let now = START;
  const registry = new Registry({ modelStore, models, clock: () => now, keepVersions, serveWithinMs: 300 });
  const record = (version: ModelVersion): VersionRecord => ({
    version,
    state: 'CHALLENGER',
    runId: runId('run'),
    trainedAt: now,
    dataThrough: START,
    metrics: [{ name: 'exposedAuc', value: 0.75 }],
    parameters: { ridge: 100 },
    checksums: {},
  });
  /** Publishes a version named by the time, a minute after the one before. */
  const publish = async (): Promise<ModelVersion> => {
    now += 60_000;
    const version = versionName(now, await checksumsOf(files), runId('run'));
    await registry.publish(MODEL, record(version), files);
    return version;
  };
  return { folder, modelStore, models, registry, files, record, publish, pass: (ms: number) => (now += ms) };
}

describe('versionName', () => {
  it('sorts by time, and tells content and runs apart', () => {
    const name = versionName(Date.UTC(2026, 10, 23, 18, 45, 0, 700), { a: 'x' }, runId('r'));
    expect(name).toMatch(/^20261123T184500Z-[0-9a-f]{6}$/);
    expect(versionName(START, { a: 'x', b: 'y' }, runId('r'))).toBe(
      versionName(START, { b: 'y', a: 'x' }, runId('r')),
    );
    expect(versionName(START, { a: 'x' }, runId('r'))).not.toBe(versionName(START, { a: 'y' }, runId('r')));
    expect(versionName(START, { a: 'x' }, runId('r'))).not.toBe(versionName(START, { a: 'x' }, runId('s')));
  });
});

describe('Registry', () => {
  it('publishes a version once, however often it is asked to', async () => {
    const { registry, modelStore, files, record } = await setting();
    const version = modelVersion('v1');
    await registry.publish(MODEL, record(version), files);
    await registry.publish(MODEL, record(version), files);
    const document = await registry.read(MODEL);
    expect(document.versions).toEqual([record(version)]);
    expect(document.history).toMatchObject([{ act: 'PUBLISHED', version }]);
    expect(document.champion).toBeNull();
    expect(await modelStore.current(MODEL)).toBeNull();
    expect((await registry.read('PERSONALISATION')).versions).toEqual([]);
  });

  it('rolls out: loads on the replicas, then moves champion and pointer', async () => {
    const { registry, modelStore, models, publish } = await setting();
    const version = await publish();
    models.add('http://a');
    models.add('http://b');
    expect(await registry.promote(MODEL, version)).toEqual({ version, previousVersion: null, replicas: 2 });
    expect(models.loads).toEqual([{ model: MODEL, version }]);
    expect(await modelStore.current(MODEL)).toBe(version);
    const second = await publish();
    expect(await registry.promote(MODEL, second)).toMatchObject({ previousVersion: version });
    expect(await registry.read(MODEL)).toMatchObject({ champion: second, previous: version });
  });

  it('moves only the pointer where no replica is up, and says so', async () => {
    const { registry, modelStore, models, publish } = await setting();
    models.add('http://a').ready = false;
    const version = await publish();
    expect(await registry.promote(MODEL, version)).toMatchObject({ replicas: 0 });
    expect(models.loads).toEqual([]);
    expect(await modelStore.current(MODEL)).toBe(version);
  });

  it('keeps the old version where a replica can not load the new one', async () => {
    const { registry, modelStore, models, publish } = await setting();
    models.add('http://a');
    const [good, bad] = [await publish(), await publish()];
    await registry.promote(MODEL, good);
    models.broken.add(bad);
    await expect(registry.promote(MODEL, bad)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await modelStore.current(MODEL)).toBe(good);
    expect((await registry.read(MODEL)).champion).toBe(good);
  });

  it('rolls back to the champion before, once', async () => {
    const { registry, modelStore, publish } = await setting();
    await expect(registry.rollback(MODEL)).rejects.toMatchObject({ code: 'CONFLICT' });
    const [first, second] = [await publish(), await publish()];
    await registry.promote(MODEL, first);
    await registry.promote(MODEL, second);
    expect(await registry.rollback(MODEL)).toMatchObject({ version: first, previousVersion: second });
    expect(await modelStore.current(MODEL)).toBe(first);
    await expect(registry.rollback(MODEL)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('sets a canary of a loaded version, and refuses what makes no sense', async () => {
    const { registry, models, publish } = await setting();
    models.add('http://a');
    const [champion, other] = [await publish(), await publish()];
    await registry.promote(MODEL, champion);
    await registry.setCanary(MODEL, other, 10);
    expect((await registry.read(MODEL)).canary).toEqual({ version: other, percent: 10 });
    expect(models.loads.at(-1)).toEqual({ model: MODEL, version: other });
    await registry.setCanary(MODEL, other, 0);
    expect((await registry.read(MODEL)).canary).toBeNull();
    const wrong = { code: 'BAD_USER_INPUT' };
    await expect(registry.setCanary(MODEL, other, 101)).rejects.toMatchObject(wrong);
    await expect(registry.setCanary(MODEL, other, 0.5)).rejects.toMatchObject(wrong);
    await expect(registry.setCanary(MODEL, champion, 10)).rejects.toMatchObject(wrong);
    const unknown = modelVersion('unknown');
    await expect(registry.setCanary(MODEL, unknown, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(registry.promote(MODEL, unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('announces once the ready replicas serve the version, not before', async () => {
    const { registry, models, publish } = await setting();
    const [old, version] = [await publish(), await publish()];
    const replica = models.add('http://a', old);
    models.add('http://away', old).ready = false;
    await registry.promote(MODEL, version);
    await expect(registry.announce(MODEL)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    replica.version = version;
    await registry.announce(MODEL);
    await registry.announce(MODEL);
    const told = (await registry.read(MODEL)).history.filter((entry) => entry.act === 'ANNOUNCED');
    expect(told).toMatchObject([{ version, metrics: [{ name: 'exposedAuc', value: 0.75 }] }]);
  });

  it('sets the pointer right that a killed roll-out left behind', async () => {
    const { registry, modelStore, publish } = await setting();
    const [first, second] = [await publish(), await publish()];
    await registry.promote(MODEL, first);
    await registry.promote(MODEL, second);
    await modelStore.setCurrent(MODEL, first);
    await registry.announce(MODEL);
    expect(await modelStore.current(MODEL)).toBe(second);
  });

  it('keeps the newest versions, and champion, the one before and canary besides', async () => {
    const { registry, modelStore, publish } = await setting({ keepVersions: 2 });
    const versions: ModelVersion[] = [];
    for (let n = 0; n < 8; n += 1) versions.push(await publish());
    const [previous, champion, canary] = versions;
    if (previous === undefined || champion === undefined || canary === undefined)
      throw new Error('8 were made');
    await registry.promote(MODEL, previous);
    await registry.promote(MODEL, champion);
    await registry.setCanary(MODEL, canary, 5);
    const removed = await registry.prune(MODEL);
    expect(removed).toEqual(versions.slice(3, 6));
    const left = [...versions.slice(0, 3), ...versions.slice(6)];
    expect(await modelStore.versions(MODEL)).toEqual(left);
    expect((await registry.read(MODEL)).versions.map((one) => one.version)).toEqual(left);
    expect(await registry.prune(MODEL)).toEqual([]);
  });

  it('removes versions that a killed publisher left, once they are a day old', async () => {
    const { registry, modelStore, files, publish, pass } = await setting();
    await publish();
    const orphan = versionName(START, {}, runId('killed'));
    await modelStore.putVersion(MODEL, orphan, files);
    expect(await registry.prune(MODEL)).toEqual([]);
    pass(2 * DAY);
    expect(await registry.prune(MODEL)).toEqual([orphan]);
    expect((await registry.read(MODEL)).versions).toHaveLength(1);
  });

  it('says what is wrong with a document it can not read', async () => {
    const { registry, modelStore } = await setting();
    await modelStore.writeRegistry(MODEL, { schema: 2 }, null);
    await expect(registry.read(MODEL)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('schema'),
    });
  });
});

describe('Registry between processes', () => {
  const processes = childProcesses();

  it('loses nothing of two writers, one of them killed half-way', async () => {
    const folder = await folders.make();
    const source = join(await folders.make(), 'model.onnx');
    await writeFile(source, 'model');
    const start = (name: string, count: number) =>
      startFixture(processes, 'publish-versions', [folder, source, name, String(count)]);
    const [one, killed] = [start('one', 12), start('killed', 1_000)];
    await killed.waitFor(/(PUBLISHED .*\n){5}/);
    killed.signal('SIGKILL');
    const [end] = await Promise.all([one.exited, killed.exited]);
    expect(end.code).toBe(0);

    const modelStore = await FileModelStore.open({ folder });
    const registry = new Registry({
      modelStore,
      models: new FakeReplicas(),
      clock: Date.now,
      keepVersions: 5,
    });
    const document = await registry.read(MODEL);
    const names = document.versions.map(({ version }) => version);
    const promised = [one, killed].flatMap(({ stdout }) =>
      [...stdout.matchAll(/^PUBLISHED (\S+)$/gm)].map(([, version]) => version),
    );
    expect(promised.length).toBeGreaterThanOrEqual(17);
    for (const version of promised) expect(names).toContain(version);
    expect(new Set(names).size).toBe(names.length);
    await registry.announce(MODEL);
    expect(await modelStore.current(MODEL)).toBe((await registry.read(MODEL)).champion);
    for (const version of names) {
      const path = join(await modelStore.fetchVersion(MODEL, version), 'popular', 'model.onnx');
      expect(await readFile(path, 'utf8')).toBe('model');
    }
  });
});
