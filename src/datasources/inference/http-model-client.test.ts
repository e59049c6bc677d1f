import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { freePort } from '../../../tests/support/free-port.js';
import { startPredictor } from '../../../tests/support/predictor-process.js';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { pointCurrentTo, writeTinyVersion } from '../../../tests/support/tiny-model.js';
import { modelVersion, pollId } from '../../domain/ids.js';
import { OIP_MODEL_NAMES } from '../../domain/model.js';
import { HttpModelClient } from './http-model-client.js';
import { modelClientContract } from './model-client.contract.js';

const REQUEST = { history: ['p1:agree'], exclude: [], limit: 2 };
const PATIENT = { timeoutMs: 10_000 };

async function tinyStore(folder: string, versions: Readonly<Record<string, number>>): Promise<string> {
  for (const [version, offset] of Object.entries(versions)) {
    await writeTinyVersion(folder, version, { polls: 40, offset, names: OIP_MODEL_NAMES.PERSONALISATION });
    await writeTinyVersion(folder, version, { polls: 40, offset, names: OIP_MODEL_NAMES.POPULAR });
  }
  await pointCurrentTo(folder, Object.keys(versions)[0] ?? '');
  return folder;
}

describe('HttpModelClient and hunch predictor', () => {
  const folders = tempFolders();
  const processes = childProcesses();

  modelClientContract('hunch predictor', async () => {
    const modelDir = await tinyStore(await folders.make(), { v1: 0, v2: 5 });
    const [personalisation, popular] = await Promise.all([
      startPredictor(processes, { modelDir, name: 'personalisation' }),
      startPredictor(processes, { modelDir, name: 'popular' }),
    ]);
    const urls = { PERSONALISATION: [personalisation.url], POPULAR: [popular.url] };
    const client = new HttpModelClient({ replicas: (model) => urls[model] });
    return { client, versions: { served: 'v1', other: 'v2' }, close: () => client.close() };
  });

  it('says at once that a killed predictor is away, and asks it again when it is back', async () => {
    const modelDir = await tinyStore(await folders.make(), { v1: 0 });
    const port = await freePort();
    const first = await startPredictor(processes, { modelDir, name: 'personalisation', port });
    const client = new HttpModelClient({ replicas: () => [first.url] });
    expect((await client.topPolls(REQUEST, PATIENT)).items).toHaveLength(2);

    first.process.signal('SIGKILL');
    await first.process.exited;
    await expect(client.topPolls(REQUEST, PATIENT)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(client.topPolls(REQUEST, PATIENT)).rejects.toThrow(
      'No replica answers for the model "personalisation"',
    );
    expect(client.replicas('PERSONALISATION')).toMatchObject([{ ready: false, version: null }]);

    await startPredictor(processes, { modelDir, name: 'personalisation', port });
    const answer = await eventually(() => client.topPolls(REQUEST, PATIENT), { deadlineMs: 5_000 });
    expect(answer.version).toBe('v1');
    await client.close();
  });

  it('asks for onboarding polls where a version holds the file, and leaves the rest of a version without it alone', async () => {
    const folder = await tinyStore(await folders.make(), { v1: 0, v2: 5 });
    const onboarding = ['personalisation-onboarding'];
    await writeTinyVersion(folder, 'v2', { polls: 40, offset: 5, names: onboarding });
    const { url } = await startPredictor(processes, { modelDir: folder, name: 'personalisation' });
    const client = new HttpModelClient({ replicas: () => [url] });
    await expect(client.onboardingPolls(REQUEST, PATIENT)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await client.topPolls(REQUEST, PATIENT)).version).toBe('v1');

    const version = modelVersion('v2');
    await client.loadVersion('PERSONALISATION', version);
    const exclude = [pollId('p0')];
    const request = { history: ['p1:agree'], exclude, limit: 39 };
    const { items, version: answered } = await client.onboardingPolls(request, { ...PATIENT, version });
    expect(answered).toBe('v2');
    expect(items).toHaveLength(39);
    expect(items[0]).toMatchObject({ pollId: 'p1', because: null, becauseWeight: null });
    expect(items.at(-1)).toMatchObject({ pollId: 'p2' });

    // Version v1 has no such file: that says nothing about its others.
    const first = { ...PATIENT, version: modelVersion('v1') };
    await expect(client.onboardingPolls(REQUEST, first)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await client.topPolls(REQUEST, first)).version).toBe('v1');
    await client.close();
  });

  it('loads a version on every replica, or says which one did not and why', async () => {
    const [good, poor] = await Promise.all([
      folders.make().then((folder) => tinyStore(folder, { v1: 0, v2: 5 })),
      folders.make().then((folder) => tinyStore(folder, { v1: 0 })),
    ]);
    const [a, b] = await Promise.all([
      startPredictor(processes, { modelDir: good, name: 'personalisation' }),
      startPredictor(processes, { modelDir: poor, name: 'personalisation' }),
    ]);
    let urls = [a.url];
    const client = new HttpModelClient({ replicas: () => urls });
    await client.loadVersion('PERSONALISATION', modelVersion('v2'));
    urls = [a.url, b.url];
    await expect(client.loadVersion('PERSONALISATION', modelVersion('v2'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `${b.url} did not load version v2: Model with name personalisation has no version v2 on disk.`,
    });
    // Requests for the version go to the replica that has it, whichever is less busy.
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.topPolls(REQUEST, { ...PATIENT, version: modelVersion('v2') })),
    );
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['v2']));
    b.process.signal('SIGKILL');
    await b.process.exited;
    // A replica that is dead does not keep the others from a new version.
    await client.loadVersion('PERSONALISATION', modelVersion('v2'));
    expect((await client.checkReplicas('PERSONALISATION')).map(({ ready }) => ready)).toEqual([true, false]);
    await client.close();
  });
});

describe('HttpModelClient and servers in trouble', () => {
  const servers: Server[] = [];
  const clients: HttpModelClient[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const serve = async (infer: RequestListener): Promise<string> => {
    const server = createServer((request, response) => {
      request.resume();
      if (request.url?.endsWith('/infer')) infer(request, response);
      else response.end('{"name":"personalisation","ready":true,"versions":null}');
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const clientFor = (...urls: readonly string[]): HttpModelClient => {
    const client = new HttpModelClient({ replicas: () => urls });
    clients.push(client);
    return client;
  };
  const answering: RequestListener = (_request, response) =>
    response.end(
      JSON.stringify({
        model_name: 'personalisation',
        model_version: null,
        outputs: [
          { name: 'poll_id', datatype: 'BYTES', shape: [1, 2], data: ['p1', 'p2'] },
          { name: 'score', datatype: 'FP32', shape: [1, 2], data: [2, 1] },
        ],
      }),
    );
  const hanging: RequestListener = () => undefined;
  const failing: RequestListener = (_request, response) => response.writeHead(500).end('{"error":"broken"}');

  it('asks another replica where one fails, and where one hangs', async () => {
    const good = await serve(answering);
    for (const bad of [
      failing,
      hanging,
      ((_request, response) => response.destroy()) satisfies RequestListener,
    ]) {
      const client = clientFor(await serve(bad), good);
      expect((await client.topPolls(REQUEST, { timeoutMs: 2_000 })).items).toHaveLength(2);
    }
  });

  it('gives up at the deadline, and ends the call', async () => {
    let onEnd = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    const client = clientFor(await serve((request) => request.on('close', onEnd)));
    await expect(client.topPolls(REQUEST, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
      message: 'The model "personalisation" gave no answer within 30 ms.',
    });
    await ended;
  });

  it('tries a cut connection again, once', async () => {
    let calls = 0;
    const client = clientFor(
      await serve((request, response) => {
        calls++;
        if (calls === 1) request.socket.destroy();
        else answering(request, response);
      }),
    );
    expect((await client.topPolls(REQUEST, PATIENT)).items).toHaveLength(2);
    expect(calls).toBe(2);
  });

  it('leaves a replica alone that fails again and again', async () => {
    let calls = 0;
    const client = clientFor(
      await serve((request, response) => {
        calls++;
        failing(request, response);
      }),
    );
    for (let n = 0; n < 20; n++) {
      await expect(client.topPolls(REQUEST, PATIENT)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(calls).toBe(5);
  });

  it('does not take another replica for a request that is refused', async () => {
    let calls = 0;
    const refusing: RequestListener = (_request, response) => {
      calls++;
      response.writeHead(400).end('{"error":"missing input"}');
    };
    const client = clientFor(await serve(refusing), await serve(refusing));
    await expect(client.topPolls(REQUEST, PATIENT)).rejects.toMatchObject({ code: 'INVALID_DATA' });
    expect(calls).toBe(1);
  });

  it('does not let one failing call take others with it', async () => {
    const client = clientFor(
      await serve((request, response) =>
        request.url?.includes('ranking') ? failing(request, response) : answering(request, response),
      ),
    );
    const [ranked, top] = await Promise.allSettled([
      client.rankCandidates({ history: [], candidates: [pollId('p1')] }, PATIENT),
      client.topPolls(REQUEST, PATIENT),
    ]);
    expect(ranked).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    expect(top.status).toBe('fulfilled');
  });

  it('rejects where there is no replica at all, or an answer that is none', async () => {
    await expect(clientFor().topPolls(REQUEST, PATIENT)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const client = clientFor(await serve((_request, response) => response.end('{"outputs":"none"}')));
    await expect(client.topPolls(REQUEST, PATIENT)).rejects.toThrow('gave an answer that can not be read');
    const short = clientFor(await serve(answering));
    const answers = await Promise.allSettled([1, 2].map(() => short.topPolls(REQUEST, PATIENT)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
      expect(String(answer.status === 'rejected' && answer.reason)).toContain('expected 2 rows');
    }
  });

  it('asks a server without versions for what it serves', async () => {
    const paths: string[] = [];
    const client = clientFor(
      await serve((request, response) => {
        paths.push(request.url ?? '');
        if (request.url?.includes('/versions/'))
          response.writeHead(501).end('{"error":"Model versioning not supported yet."}');
        else answering(request, response);
      }),
    );
    const version = modelVersion('v9');
    for (let n = 0; n < 2; n++) {
      expect(await client.topPolls(REQUEST, { ...PATIENT, version })).toMatchObject({ version: null });
    }
    expect(paths).toEqual([
      '/v2/models/personalisation/versions/v9/infer',
      '/v2/models/personalisation/infer',
      '/v2/models/personalisation/infer',
    ]);
  });
});
