import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';

export interface StubAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface StubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What follows the question mark. */
  readonly query: string;
  readonly body: string;
}

export interface HttpStub {
  readonly url: string;
  /** What was asked so far. */
  readonly requests: readonly StubRequest[];
}

/** May take its time; null: the connection is cut off without an answer. */
export type Answering = (
  request: StubRequest,
  place: number,
) => StubAnswer | null | Promise<StubAnswer | null>;

/** Servers that answer with JSON as a test wants it. Call `start` in a test; they end after the suite's last one. */
export function httpStubs(headers: Readonly<Record<string, string>>): {
  start(answer: Answering): Promise<HttpStub>;
} {
  const closings: (() => void)[] = [];
  afterAll(() => {
    for (const close of closings) close();
  });
  return {
    async start(answer) {
      const requests: StubRequest[] = [];
      const server = createServer(async (incoming, outgoing) => {
        const [path = '', query = ''] = (incoming.url ?? '').split('?');
        const request = { method: incoming.method ?? '', path, query, body: await text(incoming) };
        requests.push(request);
        const given = await answer(request, requests.length - 1);
        if (given === null) incoming.socket.destroy();
        else outgoing.writeHead(given.status, headers).end(JSON.stringify(given.body));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closings.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error(`wanted a port, got ${address}`);
      return { url: `http://127.0.0.1:${address.port}`, requests };
    },
  };
}
