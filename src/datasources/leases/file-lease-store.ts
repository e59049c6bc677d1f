import { mkdir } from 'node:fs/promises';
import { BadInputError, UnavailableError } from '../../domain/errors.js';
import { type Clock, HOUR, type Millis, SECOND } from '../../domain/time.js';
import { type NumberedDocument, NumberedDocuments } from '../../platform/numbered-documents.js';
import { isPathSegment } from '../../platform/path-segment.js';
import { FileLease } from './file-lease.js';
import { type LeaseState, parseLeaseState } from './lease-state.js';
import type { LeaseHolder, LeaseOutcome, LeaseStore } from './lease-store.js';
import { type ProcessIdentity, processState, thisProcess } from './process-identity.js';

export interface FileLeaseStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** How long a lease lasts without a heartbeat; 15 s where absent. */
  readonly expiryMs?: Millis;
  /** Told of a release that could not be written, and is tried again. */
  readonly onError?: (error: unknown) => void;
}

const LEASE_EXPIRY: Millis = 15 * SECOND;
/**
 * How long beyond its expiry a lease stays with a process that is known to run: one that computes without a pause, or that a
 * closed laptop has stopped, sends no heartbeat and goes on with its work afterwards. Longer than any step of a flow may
 * take; bounded, since a process id may have gone to another process.
 */
const SILENT_WHILE_ALIVE: Millis = 3 * HOUR;
/** Each refusal means that another process has got on; so many in a row mean that the folder misbehaves. */
const MOST_TRIES = 100;

/**
 * Leases as numbered documents in a folder: taking, each heartbeat and release are compare-and-set steps, so that of two
 * takers one succeeds, and a holder that slept until another took its lease learns of it at its next heartbeat.
 */
export class FileLeaseStore implements LeaseStore {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #expiryMs: Millis;
  readonly #onError: (error: unknown) => void;
  readonly #self: ProcessIdentity;

  private constructor(options: FileLeaseStoreOptions, self: ProcessIdentity) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#expiryMs = options.expiryMs ?? LEASE_EXPIRY;
    this.#onError = options.onError ?? (() => undefined);
    this.#self = self;
  }

  static async open(options: FileLeaseStoreOptions): Promise<FileLeaseStore> {
    await mkdir(options.folder, { recursive: true });
    return new FileLeaseStore(options, await thisProcess());
  }

  async acquire(name: string): Promise<LeaseOutcome> {
    const documents = this.#documents(name);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const latest = await documents.latest();
      const holder = await this.#holder(latest);
      if (holder !== null) return { status: 'HELD', holder };
      const now = this.#clock();
      const state: LeaseState = {
        ...this.#self,
        owner: `${name}@${this.#self.host}:${this.#self.pid}`,
        acquiredAt: now,
        expiresAt: now + this.#expiryMs,
        released: false,
      };
      const number = (latest?.number ?? 0) + 1;
      if (await documents.add(number, JSON.stringify(state))) {
        const held = { documents, number, state };
        return {
          status: 'ACQUIRED',
          lease: new FileLease(name, held, {
            clock: this.#clock,
            expiryMs: this.#expiryMs,
            onError: this.#onError,
          }),
        };
      }
    }
    throw new UnavailableError(`The lease ${name} could not be taken in ${MOST_TRIES} tries; try again.`);
  }

  async holder(name: string): Promise<LeaseHolder | null> {
    return this.#holder(await this.#documents(name).latest());
  }

  #documents(name: string): NumberedDocuments {
    if (!isPathSegment(name)) {
      throw new BadInputError(`A lease is named with letters, digits, ".", "_" and "-"; got "${name}".`);
    }
    return new NumberedDocuments({ folder: this.#folder, prefix: `${name}-`, digits: 10 });
  }

  /** Who holds the lease by this document; null where it is released, expired, or its process is dead. */
  async #holder(document: NumberedDocument | null): Promise<LeaseHolder | null> {
    const state = document === null ? null : parseLeaseState(document.text);
    if (state === null || state.released) return null;
    const holder = await processState(state, this.#self);
    const until = state.expiresAt + (holder === 'ALIVE' ? SILENT_WHILE_ALIVE : 0);
    if (holder === 'DEAD' || until <= this.#clock()) return null;
    return { owner: state.owner, acquiredAt: state.acquiredAt, expiresAt: state.expiresAt };
  }
}
