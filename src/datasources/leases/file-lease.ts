import { HunchError } from '../../domain/errors.js';
import type { Clock, Millis } from '../../domain/time.js';
import type { NumberedDocuments } from '../../platform/numbered-documents.js';
import type { LeaseState } from './lease-state.js';
import type { Lease } from './lease-store.js';

/** Heartbeats within one expiry: two may be missed. */
const HEARTBEATS = 3;

export interface HeldDocument {
  readonly documents: NumberedDocuments;
  readonly number: number;
  readonly state: LeaseState;
}

export interface FileLeaseOptions {
  readonly clock: Clock;
  readonly expiryMs: Millis;
  /** Told of a release that could not be written. */
  readonly onError: (error: unknown) => void;
}

/** A lease that this process holds; kept alive by a timer until `release`, or until another has taken it. */
export class FileLease implements Lease {
  readonly name: string;
  readonly #options: FileLeaseOptions;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #held: HeldDocument;
  /** Steps follow one another: a heartbeat and a release never write at once. */
  #last: Promise<void> = Promise.resolve();
  #released = false;

  constructor(name: string, held: HeldDocument, options: FileLeaseOptions) {
    this.name = name;
    this.#held = held;
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.expiryMs / HEARTBEATS);
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#released) return this.#last;
    this.#released = true;
    this.#last = this.#last.then(() => this.#giveBack());
    return this.#last;
  }

  async #giveBack(): Promise<void> {
    try {
      if (!this.#lost.signal.aborted) await this.#write({ ...this.#held.state, released: true });
      clearInterval(this.#timer);
    } catch (error) {
      // The timer goes on and tries again.
      this.#options.onError(error);
    }
  }

  #beat(): void {
    this.#last = this.#last.then(async () => {
      if (this.#released) return this.#giveBack();
      if (this.#lost.signal.aborted) return;
      const now = this.#options.clock();
      try {
        const kept = await this.#write({ ...this.#held.state, expiresAt: now + this.#options.expiryMs });
        if (!kept) this.#lose('another process has taken it');
      } catch (error) {
        // A full disk or a folder that is away for a moment: the lease holds until it expires.
        if (this.#held.state.expiresAt <= now) this.#lose('it could not be renewed in time', error);
      }
    });
  }

  async #write(state: LeaseState): Promise<boolean> {
    const number = this.#held.number + 1;
    if (!(await this.#held.documents.add(number, JSON.stringify(state)))) return false;
    this.#held = { ...this.#held, number, state };
    return true;
  }

  #lose(reason: string, cause?: unknown): void {
    clearInterval(this.#timer);
    this.#lost.abort(new HunchError('CONFLICT', `The lease ${this.name} is lost: ${reason}.`, { cause }));
  }
}
