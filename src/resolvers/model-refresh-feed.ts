import { setTimeout as delay } from 'node:timers/promises';
import { createPubSub, Repeater } from '@graphql-yoga/subscription';
import type { ModelName } from '../domain/model.js';
import { type Millis, SECOND } from '../domain/time.js';
import type { Log } from '../platform/log.js';
import type { ModelOperations, ModelRefresh } from '../registry/model-operations.js';
import type { ModelRefreshEventObject } from './types/model-objects.js';

/** Clients ask again within this time of a refresh, each at a moment of its own. */
const REFETCH_SPREAD: Millis = 30 * SECOND;
const RETRY_AFTER: Millis = SECOND;

export interface ModelRefreshFeedOptions {
  readonly models: Pick<ModelOperations, 'refreshes' | 'currentRefresh'>;
  readonly random: () => number;
  readonly log: Log;
}

/** One stream of refreshes from the registry, handed to all subscribers of this process. */
export class ModelRefreshFeed {
  readonly #models: ModelRefreshFeedOptions['models'];
  readonly #random: () => number;
  readonly #log: Log;
  readonly #pubSub = createPubSub<{ refreshed: [ModelRefresh] }>();

  constructor({ models, random, log }: ModelRefreshFeedOptions) {
    this.#models = models;
    this.#random = random;
    this.#log = log;
  }

  /** Follows the registry until `signal` aborts; begins again where the stream breaks. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const refresh of this.#models.refreshes(signal)) {
          this.#pubSub.publish('refreshed', refresh);
        }
        if (!signal.aborted) this.#log.warn('the stream of model refreshes ended; following again');
      } catch (error) {
        if (!signal.aborted)
          this.#log.error({ err: error }, 'the stream of model refreshes broke; following again');
      }
      await delay(RETRY_AFTER, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * The present state of each model (`replayed`), then every refresh once, in order. Live events are taken from before
   * the replay is read, so that none falls between the two; those the replay has told already are left out.
   * Ends when `signal` aborts or the reader returns.
   */
  events(names: readonly ModelName[], signal: AbortSignal): Repeater<ModelRefreshEventObject> {
    return new Repeater(async (push, stop) => {
      const live = this.#pubSub.subscribe('refreshed');
      const end = (): void => stop();
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) stop();
      void stop.then(() => {
        signal.removeEventListener('abort', end);
        return live.return();
      });
      // A repeater listens from its first `next` on.
      let next = live.next();
      const replays = new Map<ModelName, ModelRefresh>();
      const wanted = new Set(names);
      for (const name of wanted) {
        const current = await this.#models.currentRefresh(name);
        if (current === null) continue;
        replays.set(name, current);
        void push({ ...current, replayed: true, refetchAfterMs: 0 });
      }
      for (let result = await next; !result.done; result = await next) {
        next = live.next();
        const refresh = result.value;
        if (!wanted.has(refresh.name) || isTold(refresh, replays)) continue;
        await push({
          ...refresh,
          replayed: false,
          refetchAfterMs: Math.floor(this.#random() * REFETCH_SPREAD),
        });
      }
    });
  }
}

/** Whether the replay has told this refresh already; a replay is forgotten once something newer has come. */
function isTold(refresh: ModelRefresh, replays: Map<ModelName, ModelRefresh>): boolean {
  const replay = replays.get(refresh.name);
  if (replay === undefined) return false;
  if (refresh.refreshedAt <= replay.refreshedAt) return true;
  replays.delete(refresh.name);
  return refresh.version === replay.version;
}
