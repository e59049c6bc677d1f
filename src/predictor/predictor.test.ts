import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { demoModel } from '../../tests/support/demo-model.js';
import { eventually } from '../../tests/support/eventually.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { pointCurrentTo, tinyModel, writeTinyVersion } from '../../tests/support/tiny-model.js';
import { OIP_MODEL_NAMES } from '../domain/model.js';
import { createLog } from '../platform/log.js';
import { Predictor } from './predictor.js';

const log = createLog({ level: 'silent', name: 'predictor' });
const NAMES = OIP_MODEL_NAMES.PERSONALISATION;
const predictors: Predictor[] = [];
afterEach(async () => {
  await Promise.all(predictors.splice(0).map((predictor) => predictor.close()));
});
const folders = tempFolders();

async function serve(modelDir: string, name: string, extraVersions = 2): Promise<Predictor> {
  const predictor = await Predictor.open({
    ...{ modelDir, name, extraVersions, log },
    ...{ host: '127.0.0.1', port: 0, threads: 1, watchMs: 20, serverVersion: '1.2.3' },
  });
  predictors.push(predictor);
  return predictor;
}

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers, looked into by each test.
  readonly body: any;
}

async function get({ url }: Predictor, path: string): Promise<Reply> {
  const response = await fetch(url + path);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function post({ url }: Predictor, path: string, body: unknown = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: 'POST', body: text });
  return { status: response.status, body: JSON.parse(await response.text()) };
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

describe('the protocol', () => {
  const bare = async (): Promise<Predictor> => {
    const folder = await folders.make();
    await writeFile(join(folder, 'model.onnx'), demoModel());
    return serve(folder, 'demo');
  };
  const features = { name: 'features', shape: [2, 4], datatype: 'FP32', data: [1, 2, 3, 4, 4, 3, 2, 1] };
  const country = { name: 'country', shape: [2], datatype: 'BYTES', data: ['NO', 'US'] };
  const INFER = '/v2/models/demo/infer';

  it('tells what it is and what it serves', async () => {
    const predictor = await bare();
    expect(await get(predictor, '/')).toEqual({ status: 200, body: { status: 'alive' } });
    expect(await get(predictor, '/v2/health/live')).toEqual({ status: 200, body: { live: true } });
    expect(await get(predictor, '/v2/health/ready')).toEqual({ status: 200, body: { ready: true } });
    expect((await get(predictor, '/v2')).body).toMatchObject({ name: 'hunch', version: '1.2.3' });
    for (const path of ['/v2/models', '/v1/models']) {
      expect((await get(predictor, path)).body).toEqual({ models: ['demo'] });
    }
    const { body } = await get(predictor, '/v2/models/demo');
    expect(body).toMatchObject({
      name: 'demo',
      inputs: [
        { name: 'features', datatype: 'FP32', shape: [-1, 4] },
        { name: 'country', datatype: 'BYTES', shape: [-1] },
      ],
      outputs: [
        { name: 'score', datatype: 'FP32', shape: [-1, 3] },
        { name: 'top', datatype: 'BYTES', shape: [-1] },
      ],
    });
    const [version] = body.versions;
    for (const path of [
      '/v2/models/demo/ready',
      `/v2/models/demo/versions/${version}/ready`,
      '/v1/models/demo',
    ]) {
      expect(await get(predictor, path)).toEqual({ status: 200, body: { name: 'demo', ready: true } });
    }
    expect(await post(predictor, '/v2/repository/index')).toEqual({
      status: 200,
      body: [{ name: 'demo', version, state: 'READY', reason: '' }],
    });
  });

  it('answers V2 requests', async () => {
    const predictor = await bare();
    const { status, body } = await post(predictor, INFER, { id: 'req-1', inputs: [features, country] });
    expect(status).toBe(200);
    expect(body).toEqual({
      model_name: 'demo',
      model_version: expect.stringMatching(/^sha256-/),
      id: 'req-1',
      parameters: null,
      outputs: [
        {
          name: 'score',
          shape: [2, 3],
          datatype: 'FP32',
          parameters: null,
          data: [3.5, 3.5, 4, 4.5, 3.25, 2.125],
        },
        { name: 'top', shape: [2], datatype: 'BYTES', parameters: null, data: ['poll-c', 'poll-a'] },
      ],
    });
    const nested = {
      ...features,
      data: [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
    };
    const one = await post(predictor, INFER, { inputs: [country, nested], outputs: [{ name: 'top' }] });
    expect(one.body.outputs).toEqual([body.outputs[1]]);
    expect(one.body.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const none = await post(predictor, INFER, {
      inputs: [
        { ...features, shape: [0, 4], data: [] },
        { ...country, shape: [0], data: [] },
      ],
    });
    expect(none.body.outputs.map(({ shape }: { shape: number[] }) => shape)).toEqual([[0, 3], [0]]);
  });

  it('answers V1 requests', async () => {
    const predictor = await bare();
    const instances = [
      { features: [1, 2, 3, 4], country: 'NO' },
      { features: [4, 3, 2, 1], country: 'US' },
    ];
    expect(await post(predictor, '/v1/models/demo:predict', { instances })).toEqual({
      status: 200,
      body: {
        predictions: [
          { score: [3.5, 3.5, 4], top: 'poll-c' },
          { score: [4.5, 3.25, 2.125], top: 'poll-a' },
        ],
      },
    });
    expect((await post(predictor, '/v1/models/demo:predict', { instances: [] })).body).toEqual({
      predictions: [],
    });
  });

  it.each([
    [
      'POST',
      INFER,
      { inputs: [{ ...features, shape: [4, 2] }, country] },
      400,
      "input 'features' has shape [4, 2], model 'demo' expects [-1, 4]",
    ],
    [
      'POST',
      INFER,
      { inputs: [{ ...features, shape: [3, 4] }, country] },
      400,
      "input 'features': cannot reshape array of size 8 into shape (3,4)",
    ],
    [
      'POST',
      INFER,
      { inputs: [{ ...features, datatype: 'INT64' }, country] },
      400,
      "input 'features' has datatype INT64, model 'demo' expects FP32",
    ],
    [
      'POST',
      INFER,
      { inputs: [{ ...features, datatype: 'FLOAT' }, country] },
      400,
      "input 'features' has datatype FLOAT, model 'demo' expects FP32",
    ],
    ['POST', INFER, { inputs: [features] }, 400, "missing input 'country' for model 'demo'"],
    [
      'POST',
      INFER,
      { inputs: [features, country, { ...features, name: 'extra' }] },
      400,
      "unexpected input 'extra' for model 'demo'",
    ],
    ['POST', INFER, { inputs: [features, country, country] }, 400, "input 'country' is given 2 times"],
    [
      'POST',
      INFER,
      { inputs: [features, { ...country, shape: [3], data: ['NO', 'US', 'GB'] }] },
      400,
      /invalid/i,
    ],
    [
      'POST',
      INFER,
      { inputs: [features, country], outputs: [{ name: 'nope' }] },
      400,
      "Unexpected inference output 'nope' for model 'demo'",
    ],
    [
      'POST',
      INFER,
      { inputs: [{ ...features, data: new Array(8).fill('a') }, country] },
      400,
      "input 'features': could not convert string to float: 'a'",
    ],
    ['POST', '/v2/models/nope/infer', { inputs: [] }, 404, 'Model with name nope does not exist.'],
    ['GET', '/v2/models/nope', '', 404, 'Model with name nope does not exist.'],
    ['GET', '/v2/models/nope/ready', '', 404, 'Model with name nope does not exist.'],
    ['GET', '/v2/models/demo/versions/7', '', 404, 'Model with name demo has no version 7 loaded.'],
    [
      'POST',
      '/v2/models/demo/versions/7/infer',
      { inputs: [features, country] },
      404,
      'Model with name demo has no version 7 loaded.',
    ],
    ['POST', '/v1/models/demo:predict', { instances: 1 }, 400, 'Expected "instances" to be a list'],
    [
      'POST',
      '/v1/models/demo:predict',
      { instances: [{ country: 'NO' }] },
      400,
      "missing input 'features' for model 'demo'",
    ],
    [
      'POST',
      '/v1/models/demo:predict',
      { instances: [1] },
      400,
      "each instance must be an object with 'features'",
    ],
    [
      'POST',
      '/v1/models/demo:predict',
      {
        instances: [
          { features: [1, 2, 3, 4], country: 'NO' },
          { features: [1], country: 'NO' },
        ],
      },
      400,
      "input 'features': nested data do not have the shape (2,4)",
    ],
    [
      'POST',
      '/v1/models/demo:predict',
      '{nope',
      400,
      'Unrecognized request format: unexpected character, expected a string key: line 1 column 2 (char 1)',
    ],
    ['POST', '/v1/models/nope:predict', { instances: [{}] }, 404, 'Model with name nope does not exist.'],
    ['POST', '/v1/models/demo:explain', { instances: [{}] }, 501, 'Could not find explainer_host.'],
    ['POST', '/v2/repository/models/nope/load', '', 503, /^Model with name nope is not ready/],
    ['POST', '/v2/repository/models/nope/unload', '', 404, 'Model with name nope does not exist.'],
    [
      'POST',
      '/v2/repository/models/demo/load',
      { parameters: { version: '7' } },
      404,
      'Model with name demo has no version 7 on disk.',
    ],
    [
      'POST',
      '/v2/repository/models/demo/load',
      { parameters: { version: 7 } },
      400,
      'parameters.version: expected the name of a version',
    ],
  ])('%s %s %j is answered with %i', async (method, path, body, status, message) => {
    const predictor = await bare();
    const reply = method === 'GET' ? await get(predictor, path) : await post(predictor, path, body);
    expect(reply.status).toBe(status);
    expect(Object.keys(reply.body)).toEqual(['error']);
    expect(reply.body.error).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('answers what is no request as KServe does', async () => {
    const predictor = await bare();
    expect(await post(predictor, INFER, '{nope')).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'json_invalid' }] },
    });
    expect(await post(predictor, INFER, '{"id":"x"}')).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'missing' }, {}] },
    });
    expect(await get(predictor, '/v2/nope')).toEqual({ status: 404, body: { detail: 'Not Found' } });
    expect(await get(predictor, INFER)).toEqual({ status: 405, body: { detail: 'Method Not Allowed' } });
    const long = { id: 'x'.repeat(5_000) };
    expect(JSON.stringify((await post(predictor, INFER, long)).body).length).toBeLessThan(500);
  });

  it('counts and times what it answers', async () => {
    const predictor = await bare();
    await post(predictor, INFER, { inputs: [features, country] });
    await post(predictor, INFER, '{');
    await post(predictor, '/v2/models/never-heard-of/infer', { inputs: [] });
    const text = await (await fetch(`${predictor.url}/metrics`)).text();
    expect(text).toContain('request_predict_seconds_count{model_name="demo"} 2');
    expect(text).toContain('hunch_predictor_requests_total{model_name="demo",status="200"} 1');
    expect(text).toContain('hunch_predictor_requests_total{model_name="demo",status="422"} 1');
    expect(text).toContain('hunch_predictor_requests_total{model_name="unknown",status="404"} 1');
    expect(text).toMatch(/hunch_predictor_model_version\{version="sha256-\w+"\} 1/);
    expect(text).toContain('hunch_predictor_loads_total{result="loaded"} 1');
  });
});

describe('versions', () => {
  const store = async (versions: Readonly<Record<string, number>>): Promise<string> => {
    const folder = await folders.make();
    for (const [version, offset] of Object.entries(versions)) {
      await writeTinyVersion(folder, version, { polls: 30, offset, names: NAMES });
    }
    return folder;
  };
  const served = async (predictor: Predictor): Promise<string> =>
    (await get(predictor, '/v2/models/personalisation')).body.versions[0];

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
        const scores: number[] = body.outputs[1].data;
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
      return body.find(
        (entry: { version: string; reason: string }) => entry.version === 'v2' && entry.reason !== '',
      );
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
      return body.outputs[1].data[0];
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
