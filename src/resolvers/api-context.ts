import { Loaders } from './loaders.js';
import type { ResolverSet } from './resolver-set.js';
import type { Viewer } from './viewer.js';

/** What every resolver is given beside its arguments: one for each request, and one for each event of a subscription. */
export interface ApiContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  readonly loaders: Loaders;
  readonly resolvers: ResolverSet;
}

/** The same request with loaders that have read nothing yet. */
export const withFreshLoaders = (context: ApiContext): ApiContext => ({
  ...context,
  loaders: new Loaders(context.resolvers.services),
});
