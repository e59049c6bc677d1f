import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/eventually.js';
import { get, openPredictor, post } from '../../tests/support/predictor-calls.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { pointCurrentTo, tinyModel, writeTinyVersion } from '../../tests/support/tiny-model.js';
import { OIP_MODEL_NAMES } from '../domain/model.js';
import type { RepositoryEntry } from '../open-inference/repository-entry.js';
import { createLog } from '../platform/log.js';
import type { Predictor } from './predictor.js';

const NAMES = OIP_MODEL_NAMES.PERSONALISATION;
const predictors: Predictor[] = [];
afterEach(async () => {
  await Promise.all(predictors.splice(0).map((predictor) => predictor.close()));
});
const folders = tempFolders();

async function serve(modelDir: string, name: string, extraVersions?: number): Promise<Predictor> {
  const predictor = await openPredictor(modelDir, name, { extraVersions });
  predictors.push(predictor);
  return predictor;
}

const row = (name: string, data: readonly string[]) => ({
  name,
  datatype: 'BYTES',
  shape: [1, data.length],
  data,
});
const topRequest = (history: readonly string[], limit = 1) => ({
  inputs: [
    row('history', history),
    row('exclude', ['']),
    { name: 'limit', datatype: 'INT64', shape: [1, 1], data: [limit] },
  ],
});
const TOP = '/v2/models/personalisation/infer';

describe('versions', () => {
  const store = async (versions: Readonly<Record<string, number>>): Promise<string> => {
    const folder = await folders.make();
    for (const [version, offset] of Object.entries(versions)) {
      await writeTinyVersion(folder, version, { polls: 30, offset, names: NAMES });
    }
    return folder;
  };
  const served = async (predictor: Predictor): Promise<string> =>
    (await get(predictor, '/v2/models/personalisation')).body.versions[0] ?? '';

  it('waits for the first version', async () => {
    const folder = await store({ v1: 0 });
    const predictor = await serve(folder, 'personalisation');
    expect(await get(predictor, '/v2/health/ready')).toEqual({ status: 503, body: { ready: false } });
    expect(await post(predictor, TOP, topRequest(['']))).toEqual({
      status: 503,
      body: { error: 'Model with name personalisation is not ready.' },
    });
    await pointCurrentTo(folder, 'v1');
    expect(await predictor.ready).toBe('v1');
    expect((await get(predictor, '/v2/health/ready')).status).toBe(200);
    for (const name of NAMES) expect((await get(predictor, `/v2/models/${name}/ready`)).status).toBe(200);
  });

  it('says what it waits for: the folder, or a version in it', async () => {
    const folder = await folders.make();
    const lines: string[] = [];
    const log = createLog({
      level: 'warn',
      name: 'test',
      destination: { write: (line) => lines.push(line) },
    });
    const told = async (modelDir: string): Promise<string> => {
      predictors.push(await openPredictor(modelDir, 'personalisation', { log }));
      return lines.splice(0).join('');
    };
    expect(await told(join(folder, 'nowhere'))).toMatch(
      /there is no such folder yet.*nowhere|nowhere.*no such folder/,
    );
    expect(await told(folder)).toContain('no version to serve yet');
    await pointCurrentTo(folder, 'v9');
    expect(await told(folder)).not.toContain('no version to serve yet');
  });

  it('swaps versions under load without a failed or mixed answer', async () => {
    const offsets = { v1: 0, v2: 5, v3: 10, v4: 15 };
    const folder = await store(offsets);
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation', 1);
    const seen = new Set<string>();
    let going = true;
    let asked = 0;
    const ask = async (): Promise<void> => {
      while (going) {
        const { status, body } = await post(predictor, TOP, topRequest(['p3:agree', 'p9:disagree'], 30));
        expect(status).toBe(200);
        const version = body.model_version as keyof typeof offsets;
        const scores = body.outputs[1]?.data ?? [];
        expect(scores).toHaveLength(30);
        // All thirty scores of an answer lie around the offset of the version that it names.
        for (const score of scores) expect(Math.abs(score - offsets[version])).toBeLessThan(2);
        seen.add(version);
        asked++;
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, ask));
    const swap = async (): Promise<void> => {
      for (const version of ['v2', 'v3', 'v4', 'v1', 'v2']) {
        await pointCurrentTo(folder, version);
        const before = asked;
        await eventually(async () => (await served(predictor)) === version && asked > before + 20);
      }
    };
    await swap().finally(() => {
      going = false;
    });
    await load;
    expect([...seen].sort()).toEqual(['v1', 'v2', 'v3', 'v4']);
  });

  const [TOP_K, RANKING] = NAMES;
  const NOTHING = { polls: 30, offset: Number.NaN };
  const truncated = (): Uint8Array => tinyModel(TOP_K, { polls: 30, offset: 0 }).subarray(0, 900);
  it.each([
    ['a truncated file', TOP_K, truncated, /not a model that can be loaded/],
    ['no model at all', RANKING, () => new TextEncoder().encode('hello'), /not a model that can be loaded/],
    [
      'another model',
      TOP_K,
      () => tinyModel('popular', NOTHING),
      /has no input "history".*has an input "segment" too/,
    ],
    ['scores that are not finite', RANKING, () => tinyModel(RANKING, NOTHING), /not finite in "score"/],
    ['a model that gives nothing', TOP_K, () => tinyModel(TOP_K, NOTHING), /gives no poll/],
  ])('refuses %s and goes on with the old version', async (_what, name, model, reason) => {
    const folder = await store({ v1: 0, v2: 5 });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    await writeFile(join(folder, 'v2', name, 'model.onnx'), model());
    await pointCurrentTo(folder, 'v2');
    const refused = await eventually(async () => {
      const { body } = await post(predictor, '/v2/repository/index');
      const entries = body as unknown as RepositoryEntry[];
      return entries.find(({ version, reason: why }) => version === 'v2' && why !== '');
    });
    expect(refused).toMatchObject({ state: 'UNAVAILABLE', reason: expect.stringMatching(reason) });
    expect((await post(predictor, TOP, topRequest(['']))).body.model_version).toBe('v1');
    const load = await post(predictor, '/v2/repository/models/personalisation/load');
    expect(load).toEqual({ status: 503, body: { error: expect.stringMatching(reason) } });
    expect(await served(predictor)).toBe('v1');
    const metrics = await (await fetch(`${predictor.url}/metrics`)).text();
    expect(metrics).toMatch(/hunch_predictor_loads_total\{result="refused"\} \d/);

    // Whole again, it is taken.
    await writeTinyVersion(folder, 'v2', { polls: 30, offset: 5, names: NAMES });
    await eventually(async () => (await served(predictor)) === 'v2');
  });

  it('refuses a version of which one model is broken', async () => {
    const folder = await store({ v1: 0, v2: 5 });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    await truncate(join(folder, 'v2', 'personalisation-ranking', 'model.onnx'), 100);
    const load = await post(predictor, '/v2/repository/models/personalisation/load', {
      parameters: { version: 'v2' },
    });
    expect(load.status).toBe(503);
    expect((await get(predictor, '/v2/models/personalisation/versions/v2/ready')).status).toBe(404);
  });

  it('keeps versions that are asked for beside the current one, and not more than it may', async () => {
    const folder = await store({ v1: 0, v2: 5, v3: 10, v4: 15 });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    const versioned = (version: string) => `/v2/models/personalisation/versions/${version}/infer`;
    const load = (version: string) =>
      post(predictor, '/v2/repository/models/personalisation/load', { parameters: { version } });
    expect((await post(predictor, versioned('v2'), topRequest(['']))).status).toBe(404);
    expect(await load('v2')).toEqual({ status: 200, body: { name: 'personalisation', load: true } });
    expect((await post(predictor, versioned('v2'), topRequest(['']))).body).toMatchObject({
      model_version: 'v2',
    });
    expect((await post(predictor, TOP, topRequest(['']))).body).toMatchObject({ model_version: 'v1' });
    await load('v3');
    // v2 was asked last: v3 goes first.
    await post(predictor, versioned('v2'), topRequest(['']));
    await load('v4');
    expect((await get(predictor, '/v2/models/personalisation')).body.versions).toEqual(['v1', 'v4', 'v2']);
    await pointCurrentTo(folder, 'v2');
    await eventually(async () => (await served(predictor)) === 'v2');
    expect((await get(predictor, '/v2/models/personalisation')).body.versions).toEqual(['v2', 'v1', 'v4']);
    await post(predictor, '/v2/repository/models/personalisation/unload', { parameters: { version: 'v4' } });
    expect((await post(predictor, versioned('v4'), topRequest(['']))).status).toBe(404);
  });

  it('serves nothing after an unload until it is told to load', async () => {
    const folder = await store({ v1: 0, v2: 5 });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    expect((await post(predictor, '/v2/repository/models/personalisation/unload')).status).toBe(200);
    await pointCurrentTo(folder, 'v2');
    for (const path of [TOP, '/v2/models/personalisation-ranking/infer']) {
      expect((await post(predictor, path, topRequest(['']))).status).toBe(404);
    }
    expect((await get(predictor, '/v2/health/ready')).status).toBe(503);
    expect((await post(predictor, '/v2/repository/models/personalisation/load')).status).toBe(200);
    expect(await served(predictor)).toBe('v2');
  });

  it('takes a bare model that is replaced', async () => {
    const folder = await folders.make();
    await mkdir(join(folder, 'popular'));
    const put = async (offset: number): Promise<void> => {
      await writeFile(join(folder, 'next'), tinyModel('popular', { polls: 4, offset }));
      await rename(join(folder, 'next'), join(folder, 'popular', 'model.onnx'));
    };
    await put(0);
    const predictor = await serve(folder, 'popular');
    const ask = async (): Promise<number> => {
      const [, ...others] = topRequest([''], 1).inputs;
      const { body } = await post(predictor, '/v2/models/popular/infer', {
        inputs: [row('segment', ['']), ...others],
      });
      return body.outputs[1]?.data[0] ?? 0;
    };
    expect(await ask()).toBeCloseTo(0.1, 5);
    await put(3);
    await eventually(async () => Math.abs((await ask()) - 3.1) < 1e-5);
  });
});

describe('requests side by side', () => {
  it('answers each as it answers it alone', async () => {
    const folder = await folders.make();
    await writeTinyVersion(folder, 'v1', { polls: 30, offset: 0, names: NAMES });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    const requests = Array.from({ length: 60 }, (_, n) =>
      topRequest(
        Array.from({ length: 1 + (n % 5) }, (_, k) => `p${(n + k * 7) % 30}:agree`),
        1 + (n % 40),
      ),
    );
    const bad = {
      inputs: [
        row('history', ['a']),
        row('exclude', ['b']),
        { name: 'limit', datatype: 'INT64', shape: [1, 1], data: [-5] },
      ],
    };
    const uneven = {
      inputs: [{ ...row('history', ['a', 'b']), shape: [2, 1] }, ...topRequest(['']).inputs.slice(1)],
    };
    const [together, ...refused] = await Promise.all([
      Promise.all(requests.map((request) => post(predictor, TOP, request))),
      post(predictor, TOP, bad),
      post(predictor, TOP, uneven),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([400, 400]);
    expect(refused[1]?.body.error).toBe(
      "inputs have different numbers of rows: 'history' 2, 'exclude' 1, 'limit' 1",
    );
    for (const [n, request] of requests.entries()) {
      const alone = await post(predictor, TOP, request);
      expect(together?.[n]?.body.outputs).toEqual(alone.body.outputs);
    }
  });

  it('answers what comes while it stops, and is no longer ready', async () => {
    const folder = await folders.make();
    await writeTinyVersion(folder, 'v1', { polls: 30, offset: 0, names: NAMES });
    await pointCurrentTo(folder, 'v1');
    const predictor = await serve(folder, 'personalisation');
    const inFlight = Array.from({ length: 20 }, () => post(predictor, TOP, topRequest(['p1:agree'])));
    const closed = predictor.close();
    for (const path of ['/v2/health/ready', '/v2/models/personalisation/ready']) {
      const response = await fetch(predictor.url + path);
      expect(response.status).toBe(503);
      expect(response.headers.get('connection')).toBe('close');
    }
    const after = await post(predictor, TOP, topRequest(['p1:agree']));
    for (const { status } of [after, ...(await Promise.all(inFlight))]) expect(status).toBe(200);
    await closed;
    await expect(fetch(predictor.url)).rejects.toThrow();
  });
});
