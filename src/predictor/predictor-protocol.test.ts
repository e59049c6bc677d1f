import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { demoModel } from '../../tests/support/demo-model.js';
import { get, openPredictor, post } from '../../tests/support/predictor-calls.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import type { Predictor } from './predictor.js';

const folders = tempFolders();

describe('the protocol', () => {
  let folder: string;
  let predictor: Predictor;
  beforeAll(async () => {
    folder = await folders.make();
    await writeFile(join(folder, 'model.onnx'), demoModel());
    predictor = await openPredictor(folder, 'demo');
    return () => predictor.close();
  });
  const features = { name: 'features', shape: [2, 4], datatype: 'FP32', data: [1, 2, 3, 4, 4, 3, 2, 1] };
  const country = { name: 'country', shape: [2], datatype: 'BYTES', data: ['NO', 'US'] };
  const INFER = '/v2/models/demo/infer';

  it('tells what it is and what it serves', async () => {
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
    expect(none.body.outputs.map(({ shape }) => shape)).toEqual([[0, 3], [0]]);
  });

  it('answers V1 requests', async () => {
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
    const reply = method === 'GET' ? await get(predictor, path) : await post(predictor, path, body);
    expect(reply.status).toBe(status);
    expect(Object.keys(reply.body)).toEqual(['error']);
    expect(reply.body.error).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('answers what is no request as KServe does', async () => {
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
    const other = await openPredictor(folder, 'demo');
    await post(other, INFER, { inputs: [features, country] });
    await post(other, INFER, '{');
    await post(other, '/v2/models/never-heard-of/infer', { inputs: [] });
    const text = await (await fetch(`${other.url}/metrics`)).text();
    expect(text).toContain('request_predict_seconds_count{model_name="demo"} 2');
    expect(text).toContain('hunch_predictor_requests_total{model_name="demo",status="200"} 1');
    expect(text).toContain('hunch_predictor_requests_total{model_name="demo",status="422"} 1');
    expect(text).toContain('hunch_predictor_requests_total{model_name="unknown",status="404"} 1');
    expect(text).toMatch(/hunch_predictor_model_version\{version="sha256-\w+"\} 1/);
    expect(text).toContain('hunch_predictor_loads_total{result="loaded"} 1');
    await other.close();
  });
});
