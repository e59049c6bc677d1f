import type { ApiParts } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { EventResolver } from './event-resolver.js';
import { ListResolver } from './list-resolver.js';
import type { ModelRefreshFeed } from './model-refresh-feed.js';
import { ModelResolver } from './model-resolver.js';
import { PollResolver } from './poll-resolver.js';
import { UserResolver } from './user-resolver.js';

export const RESOLVER_CLASSES = [
  ListResolver,
  PollResolver,
  UserResolver,
  ModelResolver,
  EventResolver,
] as const;

/**
 * The resolvers of one API over its services. The schema is built once a process and finds them through the request, so
 * two APIs may run in one process.
 */
export class ResolverSet implements ApiParts {
  readonly services: ApiServices;
  readonly refreshes: ModelRefreshFeed;
  readonly #instances: ReadonlyMap<unknown, object>;

  constructor(services: ApiServices, refreshes: ModelRefreshFeed) {
    this.services = services;
    this.refreshes = refreshes;
    this.#instances = new Map(RESOLVER_CLASSES.map((Class) => [Class, new Class(services)]));
  }

  get(resolverClass: unknown): object {
    const instance = this.#instances.get(resolverClass);
    if (instance === undefined) throw new Error('A resolver class is missing in RESOLVER_CLASSES.');
    return instance;
  }
}
