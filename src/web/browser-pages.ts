import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../domain/time.js';
import { html } from '../platform/html.js';
import { packageRoot } from '../platform/package-root.js';
import { writeEntryPage } from './entry-page.js';
import { loadEntryPage } from './entry-page-data.js';
import { PAGE_POLICY, writePage } from './page.js';
import type { PageServices } from './page-services.js';
import { exampleIds, exampleOf, type OperationText, readOperations } from './playground-examples.js';

/** The editor writes styles as it goes, and runs its workers from files of this server. */
const PLAYGROUND_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'";

export interface BrowserPagesOptions {
  readonly services: PageServices & { readonly clock: Clock };
  /** Development mode: with a playground, and with users' lists on the entry page. */
  readonly open: boolean;
  /** Where the built playground lies; `dist/web/playground` of the package. */
  readonly playgroundFolder?: string;
}

/** What a browser is shown: the entry page at `/`, the playground at `/graphql` and what belongs to it. */
export class BrowserPages {
  readonly #services: BrowserPagesOptions['services'];
  readonly #open: boolean;
  readonly #folder: string;
  /** Null where it has not been built. */
  readonly #playground: string | null;
  readonly #operations: readonly OperationText[];

  private constructor(
    options: BrowserPagesOptions,
    found: { folder: string; playground: string | null; operations: readonly OperationText[] },
  ) {
    this.#services = options.services;
    this.#open = options.open;
    this.#folder = found.folder;
    this.#playground = found.playground;
    this.#operations = found.operations;
  }

  /** Reads the built playground and the operations of the package. */
  static async open(options: BrowserPagesOptions): Promise<BrowserPages> {
    const root = packageRoot();
    const folder = options.playgroundFolder ?? join(root, 'dist', 'web', 'playground');
    const playground = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
    const operations = await readOperations(join(root, 'schema', 'operations'));
    return new BrowserPages(options, { folder, playground, operations });
  }

  async addTo(app: FastifyInstance): Promise<void> {
    app.get<{ Querystring: { user?: unknown } }>('/', async (request, reply) => {
      const { user } = request.query;
      const data = await loadEntryPage(this.#services, {
        user: typeof user === 'string' ? user : null,
        showPeople: this.#open,
      });
      const { catalogue } = this.#services;
      return sendPage(reply, writeEntryPage(data, { catalogue, playground: this.#open }));
    });
    if (!this.#open || this.#playground === null) return;
    app.get('/playground/examples.json', async (_request, reply) => {
      const ids = await exampleIds(this.#services, this.#services.clock);
      return reply
        .header('cache-control', 'no-store')
        .send(this.#operations.map((operation) => exampleOf(operation, ids)));
    });
    await app.register(fastifyStatic, {
      root: join(this.#folder, 'assets'),
      prefix: '/playground/assets/',
      // The name of a file holds the hash of what is in it.
      immutable: true,
      maxAge: '365d',
      decorateReply: false,
    });
  }

  /** The playground, or a page that says why there is none. */
  sendPlayground(reply: FastifyReply): FastifyReply {
    if (!this.#open) return sendPage(reply.code(404), NO_PLAYGROUND);
    if (this.#playground === null) return sendPage(reply.code(503), NOT_BUILT);
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PLAYGROUND_POLICY)
      .header('cache-control', 'no-cache')
      .send(this.#playground);
  }
}

const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .send(page);

const NOT_BUILT = writePage(
  'The playground is not built',
  html`<div class="lead"><h1>The playground is not built</h1>
<p>Run <code>npm run build</code> in the folder of the package, then start the service again. The API itself works: send
operations here by POST.</p></div>`,
);

const NO_PLAYGROUND = writePage(
  'GraphQL',
  html`<div class="lead"><h1>This address speaks GraphQL</h1>
<p>Send operations by POST. The playground is part of development mode, which is on where neither
<code>AUTH_JWT_SECRET</code> nor <code>SERVICE_KEYS</code> is set.</p></div>`,
);
