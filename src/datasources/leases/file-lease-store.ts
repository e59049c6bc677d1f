import { mkdir } from 'node:fs/promises';
import { BadInputError, UnavailableError } from '../../domain/errors.js';
import { type Clock, type Millis, SECOND } from '../../domain/time.js';
import { type NumberedDocument, NumberedDocuments } from '../../platform/numbered-documents.js';
import { FileLease } from './file-lease.js';
import { type LeaseState, parseLeaseState } from './lease-state.js';
import type { LeaseHolder, LeaseOutcome, LeaseStore } from './lease-store.js';
import { isKnownDead, type ProcessIdentity, thisProcess } from './process-identity.js';

export interface FileLeaseStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** How long a lease lasts without a heartbeat; 15 s where absent. */
  readonly expiryMs?: Millis;
}

const LEASE_EXPIRY: Millis = 15 * SECOND;
const LEASE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Each refusal means that another process has got on; so many in a row mean that the folder misbehaves. */
const MOST_TRIES = 100;

/**
 * Leases as numbered documents in a folder: taking, each heartbeat and release are compare-and-set steps, so that of two
 * takers one succeeds, and a holder that slept past its expiry learns of it at its next heartbeat.
 */
export class FileLeaseStore implements LeaseStore {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #expiryMs: Millis;
  readonly #self: ProcessIdentity;

  private constructor(options: FileLeaseStoreOptions, self: ProcessIdentity) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#expiryMs = options.expiryMs ?? LEASE_EXPIRY;
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
      const holder = this.#holder(latest);
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
          lease: new FileLease(name, held, { clock: this.#clock, expiryMs: this.#expiryMs }),
        };
      }
    }
    throw new UnavailableError(`The lease ${name} could not be taken in ${MOST_TRIES} tries; try again.`);
  }

  async holder(name: string): Promise<LeaseHolder | null> {
    return this.#holder(await this.#documents(name).latest());
  }

  #documents(name: string): NumberedDocuments {
    if (!LEASE_NAME.test(name)) {
      throw new BadInputError(`A lease is named with letters, digits, ".", "_" and "-"; got "${name}".`);
    }
    return new NumberedDocuments(this.#folder, name);
  }

  /** Who holds the lease by this document; null where it is released, expired, or its process is dead. */
  #holder(document: NumberedDocument | null): LeaseHolder | null {
    const state = document === null ? null : parseLeaseState(document.text);
    if (state === null || state.released) return null;
    if (state.expiresAt <= this.#clock() || isKnownDead(state, this.#self)) return null;
    return { owner: state.owner, acquiredAt: state.acquiredAt, expiresAt: state.expiresAt };
  }
}
