import type { Config } from '../platform/config.js';
import { type Address, HttpServer, type HttpServerOptions } from '../platform/http-server.js';
import { BrowserPages } from '../web/browser-pages.js';
import type { ApiServices } from './api-services.js';
import { addGraphqlRoute, createApollo } from './graphql-over-http.js';
import { serveWebSocket } from './graphql-over-websocket.js';
import { ModelRefreshFeed } from './model-refresh-feed.js';
import { OperationLog } from './operation-log.js';
import { ResolverSet } from './resolver-set.js';
import { Authenticator, isOpenMode } from './viewer.js';

export interface StartApiOptions extends HttpServerOptions {
  readonly config: Pick<Config, 'HOST' | 'PORT' | 'AUTH_JWT_SECRET' | 'SERVICE_KEYS'>;
  readonly services: ApiServices;
}

export interface RunningApi extends Address {
  /** Says goodbye to subscribers, lets requests in flight end, and frees the port; once, however often it is called. */
  close(): Promise<void>;
}

/**
 * Serves GraphQL over HTTP and WebSocket, the pages a browser is shown, and health. Rejects where the port is taken.
 * `PORT` 0 takes a free one.
 */
export async function startApi(options: StartApiOptions): Promise<RunningApi> {
  const { config, services, log, metrics } = options;
  const open = isOpenMode(config);
  const { models, random } = services;
  const following = new AbortController();
  const refreshes = new ModelRefreshFeed({ models, random, log });
  const resolvers = new ResolverSet(services, refreshes);
  const operations = new OperationLog(log, metrics);
  const authenticator = new Authenticator(config);
  const server = new HttpServer(options);
  const apollo = createApollo({ operations, open, logger: log });
  await apollo.start();

  const pages = await BrowserPages.open({ services, open });
  await pages.addTo(server.app);
  addGraphqlRoute(server.app, {
    apollo,
    authenticator,
    resolvers,
    page: (_request, reply) => pages.sendPlayground(reply),
  });
  let goodbye = async (): Promise<void> => undefined;
  const feed = refreshes.run(following.signal);

  const stop = async (): Promise<void> => {
    await goodbye();
    await server.close();
    await apollo.stop();
    following.abort();
    await feed;
  };
  let stopping: Promise<void> | null = null;
  const close = (): Promise<void> => {
    stopping ??= stop();
    return stopping;
  };
  try {
    const address = await server.listen(config.HOST, config.PORT);
    // Only now: a WebSocket server tells errors of the server it stands on as its own.
    goodbye = serveWebSocket({
      server: server.app.server,
      apollo,
      authenticator,
      operations,
      resolvers,
      open,
    });
    if (open) log.warn('development mode: no AUTH_JWT_SECRET and no SERVICE_KEYS, so anyone may do anything');
    return { ...address, close };
  } catch (error) {
    await close();
    throw error;
  }
}
