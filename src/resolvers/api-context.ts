import type { FastifyReply } from 'fastify';
import type { ApiServices } from './api-services.js';
import { Loaders } from './loaders.js';
import type { ModelRefreshFeed } from './model-refresh-feed.js';
import type { Viewer } from './viewer.js';

/** What belongs to one API rather than to one request: its services, and the resolvers made from them. */
export interface ApiParts {
  readonly services: ApiServices;
  readonly refreshes: ModelRefreshFeed;
  /** The resolver of that class. */
  get(resolverClass: unknown): object;
}

/** What every resolver is given beside its arguments: one for each request, and one for each event of a subscription. */
export interface ApiContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  readonly loaders: Loaders;
  readonly resolvers: ApiParts;
}

/** The context of one request over HTTP. */
export const httpContext = (viewer: Viewer, reply: FastifyReply, resolvers: ApiParts): ApiContext => ({
  viewer,
  requestId: reply.request.id,
  signal: signalOfClient(reply),
  loaders: new Loaders(resolvers.services),
  resolvers,
});

/** Aborts where the connection closes before the answer has been written. */
function signalOfClient({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** The same context with loaders that have read nothing yet. */
export const withFreshLoaders = ({ viewer, requestId, signal, resolvers }: ApiContext): ApiContext => ({
  viewer,
  requestId,
  signal,
  resolvers,
  loaders: new Loaders(resolvers.services),
});
