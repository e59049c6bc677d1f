import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import { type HunchError, UnavailableError } from '../../domain/errors.js';
import type { UserId } from '../../domain/ids.js';
import { type BulkFailure, type BulkOperation, sendBulk } from '../../platform/elasticsearch/bulk.js';
import { documentId } from '../../platform/elasticsearch/document-id.js';
import { explainedRefusal } from '../../platform/elasticsearch/explained.js';
import {
  decodeUser,
  encodeUser,
  type ReadDocument,
  readDocuments,
  type UserDocument,
} from './user-document.js';
import type { Transition, UserState } from './user-state.js';

export interface UserWritesOptions {
  readonly client: Client;
  readonly index: string;
  /** What the transitions look at; they replace the other fields or leave the user as it is. */
  readonly fields: readonly (keyof UserDocument)[];
  readonly timeoutMs: number;
  /** How often what the server refuses for a moment is sent again. */
  readonly retries: number;
  readonly random: () => number;
}

/** Users in one read and one write; as much again may be under way beside it. */
const USERS_PER_BATCH = 500;
const CONCURRENCY = 2;
/** Somebody else wrote between our read and our write, or the index was being replaced, so often in a row. */
const MOST_CONFLICTS = 30;
const LONGEST_PAUSE_MS = 200;
/** While the server hangs, more would only fill the memory: those who asked have long been answered. */
const MOST_WAITING = 30_000;
const CONFLICT = 409;

interface Job {
  /** Gives the state after, and remembers the result for `resolve`. */
  readonly run: (before: UserState) => UserState;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What waits to be done to one user, in order. */
interface Lane {
  readonly userId: UserId;
  jobs: readonly Job[];
  isBusy: boolean;
  conflicts: number;
}

/** One lane's part of a batch. */
interface Attempt {
  readonly lane: Lane;
  readonly jobs: readonly Job[];
  /** Null where nothing changes. */
  readonly operation: BulkOperation | null;
}

/**
 * Changes users' documents: reads them, changes the state in memory, and writes where nobody else has written meanwhile, else
 * tries again. Changes of one user that wait at the same time are made by one write, in order, and never conflict with one
 * another; changes of many users share their reads and writes.
 */
export class UserWrites {
  readonly #options: UserWritesOptions;
  readonly #lanes = new Map<UserId, Lane>();
  readonly #ready = new Set<Lane>();
  #waiting = 0;
  #running = 0;
  #isScheduled = false;

  constructor(options: UserWritesOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the result when the change is stored. The transition may run several times, and must be pure. Rejects with
   * UnavailableError where the store is away or far behind; whether the change was made is then not known.
   */
  async change<T>(userId: UserId, transition: Transition<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      throw new UnavailableError(
        `Could not write user "${userId}" to ${this.#options.index}: ${MOST_WAITING} changes wait for Elasticsearch already.`,
      );
    }
    return new Promise<T>((resolve, reject) => {
      let outcome: { readonly result: T } | null = null;
      const job: Job = {
        run: (before) => {
          const { after, result } = transition(before);
          outcome = { result };
          return after;
        },
        resolve: () => {
          if (outcome !== null) resolve(outcome.result);
        },
        reject,
      };
      const lane = this.#lanes.get(userId) ?? { userId, jobs: [], isBusy: false, conflicts: 0 };
      this.#lanes.set(userId, lane);
      lane.jobs = [...lane.jobs, job];
      this.#waiting += 1;
      if (!lane.isBusy) this.#enqueue(lane);
    });
  }

  #enqueue(lane: Lane): void {
    this.#ready.add(lane);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // What comes within one turn of the loop goes together.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#running < CONCURRENCY && this.#ready.size > 0) {
      const lanes: Lane[] = [];
      for (const lane of this.#ready) {
        if (lanes.length >= USERS_PER_BATCH) break;
        this.#ready.delete(lane);
        lane.isBusy = true;
        lanes.push(lane);
      }
      this.#running += 1;
      void this.#run(lanes).finally(() => {
        this.#running -= 1;
        this.#start();
      });
    }
  }

  async #run(lanes: readonly Lane[]): Promise<void> {
    const jobs = lanes.map((lane) => lane.jobs);
    try {
      const { client, index, fields, timeoutMs, retries } = this.#options;
      const userIds = lanes.map((lane) => lane.userId);
      const read = await readDocuments(client, userIds, { index, fields, timeoutMs });
      const attempts = lanes.map((lane, place) => attemptOf(lane, read[place]));
      const operations = attempts.flatMap(({ operation }) => (operation === null ? [] : [operation]));
      const failures = await sendBulk(client, operations, { index, timeoutMs, retries });
      const failed = new Map(failures.map((failure) => [failure.id, failure]));
      for (const attempt of attempts) this.#settle(attempt, failed.get(attempt.operation?.id ?? ''));
    } catch (error) {
      lanes.forEach((lane, place) => {
        for (const job of jobs[place] ?? []) job.reject(error);
        this.#done(lane, jobs[place] ?? []);
      });
    }
  }

  #settle({ lane, jobs }: Attempt, failure: BulkFailure | undefined): void {
    if (failure?.status === CONFLICT && lane.conflicts < MOST_CONFLICTS) {
      lane.conflicts += 1;
      void this.#tryAgain(lane);
      return;
    }
    const error = failure === undefined ? null : this.#explain(lane, failure);
    for (const job of jobs) {
      if (error === null) job.resolve();
      else job.reject(error);
    }
    this.#done(lane, jobs);
  }

  /** Waits a little first, each time another time: else two writers would meet again and again. */
  async #tryAgain(lane: Lane): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MS, 5 * 2 ** lane.conflicts);
    await delay(longest * this.#options.random());
    this.#enqueue(lane);
  }

  #done(lane: Lane, jobs: readonly Job[]): void {
    const made = new Set(jobs);
    const left = lane.jobs.filter((job) => !made.has(job));
    this.#waiting -= lane.jobs.length - left.length;
    lane.jobs = left;
    lane.isBusy = false;
    lane.conflicts = 0;
    if (lane.jobs.length > 0) this.#enqueue(lane);
    else this.#lanes.delete(lane.userId);
  }

  #explain({ userId }: Lane, failure: BulkFailure): HunchError {
    const what = `write user "${userId}" to ${this.#options.index}`;
    if (failure.status !== CONFLICT) return explainedRefusal(failure, what);
    return new UnavailableError(
      `Could not ${what}: refused ${MOST_CONFLICTS} times, with ${failure.type} (${failure.reason}) in the end.`,
    );
  }
}

/** Makes the changes that wait; one that fails is told so, and the others are made without it. */
function attemptOf(
  lane: Lane,
  { document, version }: ReadDocument = { document: null, version: null },
): Attempt {
  let before: UserState | null = null;
  let after: UserState | null = null;
  for (const job of lane.jobs) {
    try {
      before ??= decodeUser(lane.userId, document);
      after = job.run(after ?? before);
    } catch (error) {
      job.reject(error);
    }
  }
  const operation = after === null || after === before ? null : writeOf(after, version);
  return { lane, jobs: lane.jobs, operation };
}

function writeOf(state: UserState, version: ReadDocument['version']): BulkOperation {
  const id = documentId(state.userId);
  const document = encodeUser(state);
  return version === null
    ? { action: 'create', id, document }
    : { action: 'index', id, document, ifVersion: version };
}
