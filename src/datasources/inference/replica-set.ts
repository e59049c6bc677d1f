import type { ModelVersion } from '../../domain/ids.js';
import { Replica } from './replica.js';

/** How often the list of replicas is asked for again. */
const LIST_EVERY_MS = 2_000;
/** How often a replica that is ready is looked at, and one that is not. */
const READY_EVERY_MS = 1_000;
const AWAY_EVERY_MS = 250;

export interface ReplicaSetOptions {
  /** The OIP name that health checks ask for. */
  readonly name: string;
  readonly urls: () => readonly string[];
  /** Told when a replica comes or goes. */
  readonly onChange: (replica: Replica) => void;
}

/** The replicas of one model, kept up to date by health checks that run while the process has other work. */
export class ReplicaSet {
  readonly #options: ReplicaSetOptions;
  readonly #checking = new Map<Replica, Promise<void>>();
  readonly #checkedAt = new Map<Replica, number>();
  #replicas: readonly Replica[] = [];
  #closed = false;
  #listedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
  }

  /** The replicas there are now. The first call starts the checks. */
  all(): readonly Replica[] {
    this.#list();
    if (this.#timer === null && !this.#closed) {
      this.#timer = setInterval(() => this.#look(), AWAY_EVERY_MS);
      this.#timer.unref();
      this.#look();
    }
    return this.#replicas;
  }

  /**
   * The usable replica with the fewest requests in flight that was not tried yet; one that has `version` before one that has
   * not. Null where there is none.
   */
  pick(tried: ReadonlySet<Replica>, version?: ModelVersion): Replica | null {
    let best: Replica | null = null;
    for (const replica of this.all()) {
      if (tried.has(replica) || !replica.usable) continue;
      if (best === null || rank(replica, version) < rank(best, version)) best = replica;
    }
    return best;
  }

  /** Lists and checks every replica now. */
  async check(): Promise<readonly Replica[]> {
    this.#listedAt = Number.NEGATIVE_INFINITY;
    const replicas = this.all();
    await Promise.all(replicas.map((replica) => this.#check(replica)));
    return replicas;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #list(): void {
    const now = performance.now();
    if (now - this.#listedAt < LIST_EVERY_MS || this.#closed) return;
    this.#listedAt = now;
    const urls = [...new Set(this.#options.urls())];
    const known = new Map(this.#replicas.map((replica) => [replica.url, replica]));
    this.#replicas = urls.map((url) => known.get(url) ?? new Replica(url, this.#options.onChange));
    for (const replica of known.values()) {
      if (urls.includes(replica.url)) continue;
      this.#checkedAt.delete(replica);
      void replica.close();
    }
  }

  #look(): void {
    this.#list();
    const now = performance.now();
    for (const replica of this.#replicas) {
      const every = replica.ready === true ? READY_EVERY_MS : AWAY_EVERY_MS;
      const before = this.#checkedAt.get(replica);
      if (before === undefined || now - before >= every) void this.#check(replica);
    }
  }

  /** One check of a replica at a time: a second one waits for the first. */
  #check(replica: Replica): Promise<void> {
    const running = this.#checking.get(replica);
    if (running !== undefined) return running;
    const check = replica.check(this.#options.name).finally(() => {
      this.#checking.delete(replica);
      this.#checkedAt.set(replica, performance.now());
    });
    this.#checking.set(replica, check);
    return check;
  }
}

/** Less is better: a replica without the version asked for comes after all that have it. */
const rank = (replica: Replica, version?: ModelVersion): number =>
  replica.outstanding + (version === undefined || replica.mayHave(version) ? 0 : 1e6);
