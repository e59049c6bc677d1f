import { type Client, type CloseCode, createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EdgeApi, startEdge } from '../../tests/support/edge-api.js';
import { NOW } from '../../tests/support/edge-services.js';
import { eventually } from '../../tests/support/eventually.js';
import type { ViewerSettings } from './viewer.js';

const REFRESHES = `subscription ($names: [ModelName!]) {
  modelRefreshed(names: $names) { name version replayed refetchAfterMs }
}`;
const SECRET = 'a secret of thirty-two characters or more';

interface Event {
  readonly name: string;
  readonly version: string;
  readonly replayed: boolean;
  readonly refetchAfterMs: number;
}

describe('operations over WebSocket', () => {
  const started: { edge: EdgeApi; clients: Client[] }[] = [];
  afterEach(async () => {
    for (const { edge, clients } of started.splice(0)) {
      for (const client of clients) await client.dispose();
      await edge.api.close();
    }
  });

  async function start(settings: ViewerSettings = {}) {
    const edge = await startEdge(settings);
    await edge.services.models.followed;
    const clients: Client[] = [];
    started.push({ edge, clients });
    const connect = (connectionParams: Record<string, unknown> = {}): Client => {
      const client = createClient({
        url: `${edge.api.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams,
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    };
    return { edge, connect };
  }

  /** A subscription whose events are taken one by one. */
  function refreshes(client: Client, names: readonly string[] | null = null) {
    const stream = client.iterate<{ modelRefreshed: Event }>({ query: REFRESHES, variables: { names } });
    return {
      stream,
      next: async (): Promise<Event | undefined> => (await stream.next()).value?.data?.modelRefreshed,
    };
  }

  test('a new subscriber gets the present state, then each refresh once', async () => {
    const { edge, connect } = await start();
    const { next } = refreshes(connect());
    const replayed = { version: 'v1', replayed: true, refetchAfterMs: 0 };
    expect(await next()).toEqual({ name: 'PERSONALISATION', ...replayed });
    expect(await next()).toEqual({ name: 'POPULAR', ...replayed });
    edge.services.models.refresh('POPULAR', 'v2', NOW + 1);
    edge.services.models.refresh('POPULAR', 'v3', NOW + 2);
    edge.services.models.refresh('PERSONALISATION', 'v2', NOW + 3);
    const live = { replayed: false, refetchAfterMs: 15_000 };
    expect(await next()).toEqual({ name: 'POPULAR', version: 'v2', ...live });
    expect(await next()).toEqual({ name: 'POPULAR', version: 'v3', ...live });
    expect(await next()).toEqual({ name: 'PERSONALISATION', version: 'v2', ...live });
  });

  test('names choose models, and every subscriber gets every event', async () => {
    const { edge, connect } = await start();
    const some = refreshes(connect(), ['POPULAR']);
    const all = refreshes(connect());
    expect(await some.next()).toMatchObject({ name: 'POPULAR', replayed: true });
    expect(await all.next()).toMatchObject({ replayed: true });
    expect(await all.next()).toMatchObject({ replayed: true });
    edge.services.models.refresh('PERSONALISATION', 'v2', NOW + 1);
    edge.services.models.refresh('POPULAR', 'v2', NOW + 2);
    expect(await some.next()).toMatchObject({ name: 'POPULAR', version: 'v2' });
    expect(await all.next()).toMatchObject({ name: 'PERSONALISATION', version: 'v2' });
    expect(await all.next()).toMatchObject({ name: 'POPULAR', version: 'v2' });
  });

  test('what the replay has told already is not told again', async () => {
    const { edge, connect } = await start();
    const { models } = edge.services;
    models.beforeReplay = async (name) => {
      if (name !== 'PERSONALISATION') return;
      models.refresh('POPULAR', 'v2', NOW + 1);
      models.refresh('POPULAR', 'v3', NOW + 2);
    };
    const { next } = refreshes(connect());
    expect(await next()).toMatchObject({ name: 'PERSONALISATION', replayed: true });
    expect(await next()).toMatchObject({ name: 'POPULAR', version: 'v3', replayed: true });
    models.refresh('POPULAR', 'v4', NOW + 3);
    expect(await next()).toMatchObject({ name: 'POPULAR', version: 'v4', replayed: false });
  });

  test('what happens after a model was read for the replay is not lost', async () => {
    const { edge, connect } = await start();
    const { models } = edge.services;
    models.beforeReplay = async (name) => {
      if (name === 'POPULAR') models.refresh('PERSONALISATION', 'v2', NOW + 1);
    };
    const { next } = refreshes(connect());
    expect(await next()).toMatchObject({ name: 'PERSONALISATION', version: 'v1', replayed: true });
    expect(await next()).toMatchObject({ name: 'POPULAR', version: 'v1', replayed: true });
    expect(await next()).toMatchObject({ name: 'PERSONALISATION', version: 'v2', replayed: false });
  });

  test('a model that nothing serves yet is not replayed', async () => {
    const { edge, connect } = await start();
    edge.services.models.current.delete('PERSONALISATION');
    const { next } = refreshes(connect());
    expect(await next()).toMatchObject({ name: 'POPULAR', replayed: true });
    edge.services.models.refresh('PERSONALISATION', 'v1', NOW);
    expect(await next()).toMatchObject({ name: 'PERSONALISATION', replayed: false });
  });

  test('queries and mutations work as over HTTP, errors included', async () => {
    const { connect } = await start();
    const client = connect();
    const ask = async (query: string, variables: Record<string, unknown> = {}) => {
      const answers: unknown[] = [];
      for await (const answer of client.iterate({ query, variables })) answers.push(answer);
      return answers;
    };
    expect(await ask('{ poll(id: "p1") { id } }')).toEqual([{ data: { poll: { id: 'p1' } } }]);
    expect(await ask('query ($id: ID!) { poll(id: $id) { id } }', { id: '' })).toEqual([
      {
        data: { poll: null },
        errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', path: 'id' } })],
      },
    ]);
    await expect(ask('subscription { nothing }')).rejects.toEqual([
      expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    ]);
    await expect(ask('subscription { ')).rejects.toEqual([
      expect.objectContaining({ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }),
    ]);
    expect(await ask(REFRESHES, { names: ['NONE'] })).toEqual([
      { errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })] },
    ]);
    expect(await ask('{ nothing }')).toEqual([
      { errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] },
    ]);
  });

  test('a fault while the replay is read is told without its details, and logged', async () => {
    const { edge, connect } = await start();
    edge.services.models.beforeReplay = async () => {
      throw new Error('hunter2');
    };
    const { stream } = refreshes(connect());
    const outcome = await stream.next().then(
      (result) => JSON.stringify(result),
      (error: unknown) => JSON.stringify(error),
    );
    expect(outcome).toContain('INTERNAL_SERVER_ERROR');
    expect(outcome).not.toContain('hunter2');
    expect(edge.logged.join('')).toContain('hunter2');
  });

  test('credentials come with the connection; bad ones close it with 4403', async () => {
    const { edge, connect } = await start({ AUTH_JWT_SECRET: SECRET });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('u1')
      .sign(new TextEncoder().encode(SECRET));
    const mine = connect({ Authorization: `Bearer ${token}` });
    const query = '{ recommendations(first: 1) { nodes { id } } }';
    const answer = (await mine.iterate({ query }).next()).value;
    expect(answer).toEqual({ data: { recommendations: { nodes: [{ id: 'p1' }] } } });
    expect(edge.services.lists.asked.at(-1)).toMatchObject({ userId: 'u1' });
    const refused = connect({ authorization: 'Bearer nonsense' }).iterate({ query }).next();
    await expect(refused).rejects.toMatchObject({ code: 4403 satisfies CloseCode });
  });

  test('a subscriber who leaves is forgotten; when the server stops, the others are told to go', async () => {
    const { edge, connect } = await start();
    const leaving = refreshes(connect());
    await leaving.next();
    await leaving.stream.return?.();
    const staying = refreshes(connect());
    await staying.next();
    await staying.next();
    const end = staying.stream.next().catch((event: unknown) => event);
    await edge.api.close();
    expect(await end).toMatchObject({ code: 1001 });
    await eventually(async () => {
      await expect(edge.get('/healthz')).rejects.toThrow();
      return true;
    });
  });
});
