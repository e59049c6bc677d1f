import { randomBytes } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
} from 'fastify';
import { Histogram } from 'prom-client';
import { HunchError } from '../domain/errors.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** How long requests in flight may go on after the stop has begun. */
const DRAIN_MS = 10_000;

export interface HttpServerOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is still missing before requests can be served well; empty when ready. */
  readonly ready: () => Promise<readonly string[]>;
  /** What is away though requests are served without it; the probe says so and stays 200. */
  readonly degraded?: () => Promise<readonly string[]>;
}

export interface Address {
  readonly url: string;
  readonly port: number;
}

/**
 * An HTTP server with `/healthz` (the process lives), `/readyz` (200, or 503 with what is missing) and `/metrics`
 * (Prometheus), request times by route, and a stop that lets requests in flight end. Routes are added to `app` before `listen`.
 */
export class HttpServer {
  readonly app: FastifyInstance;
  #draining = false;

  constructor({ log, metrics, ready, degraded = async () => [] }: HttpServerOptions) {
    const prefix = randomBytes(4).toString('hex');
    let requests = 0;
    this.app = Fastify({
      loggerInstance: log as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: MAX_BODY_BYTES,
      // Requests on connections that are still open while the server stops are answered, not refused.
      return503OnClosing: false,
      genReqId: () => `${prefix}-${++requests}`,
    });
    this.#measure(metrics);
    this.app.setErrorHandler<FastifyError>((error, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
      return reply.code(status).send(errorBody(status, error.message, request.id));
    });
    this.app.setNotFoundHandler((request, reply) =>
      reply
        .code(404)
        .send(errorBody(404, `There is nothing at ${request.method} ${pathOf(request.url)}.`, request.id)),
    );
    this.app.addHook('onSend', async (_request, reply) => {
      if (this.#draining) reply.header('connection', 'close');
    });
    this.app.get('/healthz', async () => ({ status: 'ok' }));
    this.app.get('/readyz', async (_request, reply) => {
      const missing = this.#draining ? ['stopping'] : await ready().catch(messageOf);
      const isReady = missing.length === 0;
      const away = isReady ? await degraded().catch(messageOf) : [];
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, missing, degraded: away });
    });
    this.app.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
  }

  async listen(host: string, port: number): Promise<Address> {
    try {
      await this.app.listen({ host, port });
    } catch (error) {
      throw listenError(error, host, port);
    }
    const address = this.app.server.address();
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`, port: address.port };
  }

  /** Takes no new connection, lets requests in flight end (10 s at most), then closes. */
  async close(): Promise<void> {
    this.#draining = true;
    const cut = setTimeout(() => this.app.server.closeAllConnections(), DRAIN_MS);
    try {
      await this.app.close();
    } finally {
      clearTimeout(cut);
    }
  }

  #measure(metrics: Metrics): void {
    const durations = new Histogram({
      name: 'hunch_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [metrics],
    });
    this.app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      durations.observe(
        { method: request.method, route, status: reply.statusCode },
        reply.elapsedTime / 1000,
      );
    });
  }
}

/** Why the address could not be listened on, in one line that says what to do. */
function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return new HunchError(
      'CONFLICT',
      `Port ${port} of ${host} is taken. Stop what uses it, or set PORT (0: a free one).`,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new HunchError(
      'INVALID_CONFIGURATION',
      `HOST=${host} PORT=${port} can not be listened on (${code}).`,
    );
  }
  return error;
}

/** What failed before GraphQL saw it, in the shape of a GraphQL error. The messages of 5xx stay in the log. */
function errorBody(status: number, message: string, requestId: string): object {
  if (status >= 500) {
    const text = `Something went wrong on our side. The request id is ${requestId}.`;
    return { errors: [{ message: text, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }] };
  }
  return { errors: [{ message, extensions: { code: status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST' } }] };
}

/** A check that fails is something that is missing, too. */
const messageOf = (error: unknown): readonly string[] => [
  error instanceof Error ? error.message : String(error),
];

const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;
