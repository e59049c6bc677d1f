import { afterEach, describe, expect, test } from 'vitest';
import { HttpServer } from './http-server.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';

describe('the HTTP server', () => {
  const servers: HttpServer[] = [];
  const logged: string[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  type Check = () => Promise<readonly string[]>;
  const all: Check = async () => [];
  function create(ready: Check = all, degraded: Check = all): HttpServer {
    const log = createLog({
      level: 'error',
      name: 'test',
      destination: { write: (line) => void logged.push(line) },
    });
    const server = new HttpServer({ log, metrics: createMetrics(), ready, degraded });
    servers.push(server);
    return server;
  }

  test('it lives from the start, and is ready when nothing is missing', async () => {
    const ready = await create().listen('127.0.0.1', 0);
    expect(await (await fetch(`${ready.url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${ready.url}/readyz`)).json()).toEqual({
      ready: true,
      missing: [],
      degraded: [],
    });
    const failing = async () => {
      throw new Error('the store is away');
    };
    const waiting = async () => ['personalisation'];
    for (const [check, missing] of [
      [waiting, 'personalisation'] as const,
      [failing, 'the store is away'] as const,
    ]) {
      const { url } = await create(check).listen('127.0.0.1', 0);
      const answer = await fetch(`${url}/readyz`);
      expect([answer.status, await answer.json()]).toEqual([
        503,
        { ready: false, missing: [missing], degraded: [] },
      ]);
    }
  });

  test('it stays ready while something is away that it can do without, and says so', async () => {
    const away = async () => {
      throw new Error('no node answers');
    };
    const { url } = await create(all, away).listen('127.0.0.1', 0);
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ready: true, missing: [], degraded: ['no node answers'] },
    ]);
  });

  test('a request in flight ends well while the server stops, and then the port is free', async () => {
    const server = create();
    let arrived = (): void => undefined;
    let release = (): void => undefined;
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.app.get('/slow', async () => {
      arrived();
      await released;
      return { done: true };
    });
    const { url } = await server.listen('127.0.0.1', 0);
    const answer = fetch(`${url}/slow`);
    await inFlight;
    const closed = server.close();
    release();
    const response = await answer;
    expect(await response.json()).toEqual({ done: true });
    expect(response.headers.get('connection')).toBe('close');
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('a fault of a route is told by its request id only, and logged', async () => {
    const server = create();
    server.app.get('/broken', async () => {
      throw new Error('hunter2');
    });
    const { url } = await server.listen('127.0.0.1', 0);
    const response = await fetch(`${url}/broken`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toContain('hunter2');
    expect(logged.join('')).toContain('hunter2');
  });

  test('a port that is taken is a clear error', async () => {
    const { port } = await create().listen('127.0.0.1', 0);
    await expect(create().listen('127.0.0.1', port)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`Port ${port}`),
    });
  });
});
