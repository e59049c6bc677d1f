import type { PollEvent } from '../../domain/event.js';
import type { UserId } from '../../domain/ids.js';

/** Impressions of one user are written together, after so long or when there are so many. */
const HELD_FOR_MS = 2_000;
const HELD_PER_USER = 20;
/** Of all users together. */
const HELD_AT_MOST = 10_000;

interface Held {
  events: readonly PollEvent[];
  timer: NodeJS.Timeout;
}

/** Impressions that are not written yet, by user. They stay until whoever wrote them says so. */
export class HeldImpressions {
  readonly #held = new Map<UserId, Held>();
  readonly #write: (userId: UserId) => void;
  #count = 0;

  /** `write` is called for a user whose impressions have waited long enough; again where it has not led to `written`. */
  constructor(write: (userId: UserId) => void) {
    this.#write = write;
  }

  get isFull(): boolean {
    return this.#count >= HELD_AT_MOST;
  }

  users(): UserId[] {
    return [...this.#held.keys()];
  }

  of(userId: UserId): readonly PollEvent[] {
    return this.#held.get(userId)?.events ?? [];
  }

  add(userId: UserId, events: readonly PollEvent[]): void {
    if (events.length === 0) return;
    const held = this.#held.get(userId);
    const all = [...(held?.events ?? []), ...events];
    this.#held.set(userId, { events: all, timer: held?.timer ?? this.#wait(userId) });
    this.#count += events.length;
    if (all.length >= HELD_PER_USER) this.#write(userId);
  }

  written(userId: UserId, events: readonly PollEvent[]): void {
    const held = this.#held.get(userId);
    if (held === undefined) return;
    const done = new Set(events);
    const left = held.events.filter((event) => !done.has(event));
    this.#count -= held.events.length - left.length;
    held.events = left;
    if (left.length > 0) return;
    clearTimeout(held.timer);
    this.#held.delete(userId);
  }

  #wait(userId: UserId): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const held = this.#held.get(userId);
      if (held === undefined) return;
      held.timer = this.#wait(userId);
      this.#write(userId);
    }, HELD_FOR_MS);
    return timer.unref();
  }
}
