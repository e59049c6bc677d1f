import { setTimeout as delay } from 'node:timers/promises';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type HTTPMethods,
  LogController,
} from 'fastify';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import { answerFault } from './answer-fault.js';
import type { ModelRepository } from './model-repository.js';
import type { PredictorMetrics } from './predictor-metrics.js';
import { type Answers, type ModelParams, protocolRoutes } from './protocol-routes.js';

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
/** How long it goes on answering after it has said that it is ready for no more: clients need a moment to see that. */
const LAST_CALL_MS = 500;
/** How long requests in flight may go on after that. */
const DRAIN_MS = 10_000;

export interface PredictorServerOptions {
  readonly repository: ModelRepository;
  readonly metrics: Metrics;
  readonly figures: PredictorMetrics;
  readonly log: Log;
  readonly serverVersion: string;
}

/** The HTTP side of a predictor. */
export class PredictorServer {
  readonly #app: FastifyInstance;
  #draining = false;

  constructor({ repository, metrics, figures, log, serverVersion }: PredictorServerOptions) {
    this.#app = Fastify({
      loggerInstance: log as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      exposeHeadRoutes: false,
      bodyLimit: MAX_BODY_BYTES,
      // A request that comes on an open connection while the server stops is answered, not refused.
      return503OnClosing: false,
      routerOptions: { maxParamLength: 512 },
    });
    // Bodies are JSON whatever their content type says, as the KServe server takes them.
    this.#app.removeAllContentTypeParsers();
    this.#app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    this.#app.setErrorHandler((error, request, reply) => {
      const { status, text } = answerFault(error);
      if (status >= 500 && status !== 503) request.log.error({ err: error }, 'a request failed');
      return this.#send(reply, text, status);
    });
    this.#app.setNotFoundHandler((_request, reply) => this.#send(reply, '{"detail":"Not Found"}', 404));
    protocolRoutes((path, answers) => this.#route(path, answers), {
      ...{ repository, figures, serverVersion },
      draining: () => this.#draining,
    });
    this.#app.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
  }

  /** Gives the root of the endpoints; with port 0 a free port is taken. */
  async listen(host: string, port: number): Promise<string> {
    await this.#app.listen({ host, port, listenTextResolver: () => 'listening' });
    const address = this.#app.server.address();
    const bound = typeof address === 'object' ? address?.port : port;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  }

  /**
   * Is no longer ready, answers what still comes for a moment and closes each connection with its answer, then stops listening.
   * Cutting idle connections at once would cut requests that are on their way.
   */
  async close(): Promise<void> {
    this.#draining = true;
    await delay(LAST_CALL_MS);
    const cut = setTimeout(() => this.#app.server.closeAllConnections(), DRAIN_MS);
    await this.#app.close();
    clearTimeout(cut);
  }

  #route(url: string, answers: Answers): void {
    const methods = Object.keys(answers) as (keyof Answers)[];
    for (const method of methods) {
      const answer = answers[method];
      if (answer === undefined) continue;
      this.#app.route<{ Params: ModelParams; Body: Buffer | undefined }>({
        method,
        url,
        handler: async (request, reply) => this.#send(reply, await answer(request, reply), reply.statusCode),
      });
    }
    this.#app.route({
      method: METHODS.filter((method) => !Object.hasOwn(answers, method)),
      url,
      handler: (_request, reply) =>
        this.#send(reply.header('allow', methods.join(', ')), '{"detail":"Method Not Allowed"}', 405),
    });
  }

  #send(reply: FastifyReply, text: string, status: number): FastifyReply {
    if (this.#draining) reply.header('connection', 'close');
    return reply.code(status).header('content-type', 'application/json').send(Buffer.from(text));
  }
}
