import { NotFoundError, UnavailableError } from '../domain/errors.js';
import type { RepositoryEntry } from '../open-inference/repository-entry.js';
import type { Log } from '../platform/log.js';
import { type LoadedModel, LoadedVersion } from './loaded-version.js';
import type { ModelLayout, VersionFiles } from './model-layout.js';

export interface ModelRepositoryOptions {
  readonly layout: ModelLayout;
  /** The OIP names that every version serves; one may hold more. */
  readonly names: readonly string[];
  readonly threads: number;
  /** How many versions stay in memory beside the one that is served by default: the one before, a canary. */
  readonly extraVersions: number;
  readonly log: Log;
  readonly observer?: RepositoryObserver;
}

/** Told what happens, for metrics. */
export interface RepositoryObserver {
  loaded(version: string, seconds: number): void;
  refused(version: string, reason: string): void;
  /** Null: nothing is served by default any more. */
  serving(version: string | null): void;
}

interface Refusal {
  readonly version: string;
  readonly stamp: string;
  readonly reason: string;
}

/**
 * The versions in memory, and which of them answers requests that name none. A new version is loaded and warmed beside the
 * old one and takes its place between two requests; one that can not be loaded or answers wrongly is refused, and the old
 * one goes on. Loads happen one at a time.
 */
export class ModelRepository {
  readonly names: readonly string[];
  readonly #options: ModelRepositoryOptions;
  /** Least recently asked first. */
  readonly #versions = new Map<string, LoadedVersion>();
  #default: LoadedVersion | null = null;
  #refusal: Refusal | null = null;
  /** Set by `unload`: nothing is served, and the pointer is not looked at, until the next `load`. */
  #unloaded = false;
  #turn: Promise<unknown> = Promise.resolve();
  #tellFirst: (version: string) => void = () => undefined;
  /** Resolves when a version is served for the first time. */
  readonly firstVersion = new Promise<string>((resolve) => {
    this.#tellFirst = resolve;
  });

  constructor(options: ModelRepositoryOptions) {
    this.#options = options;
    this.names = options.names;
  }

  get ready(): boolean {
    return this.#default !== null;
  }

  /**
   * The model to ask, by the version given or the one served by default. Rejects with NOT_FOUND for a name or version that is
   * not loaded, with UNAVAILABLE while there is none yet. Call `infer` in the same tick.
   */
  find(name: string, version?: string): LoadedModel {
    this.#checkName(name);
    const loaded = version === undefined ? this.#default : this.#touch(version);
    if (loaded === undefined) {
      throw new NotFoundError(`Model with name ${name} has no version ${version} loaded.`);
    }
    const model = loaded?.models.get(name);
    if (model === undefined && loaded !== null && !this.names.includes(name)) {
      throw new NotFoundError(`Version ${loaded.version} has no model with name ${name}.`);
    }
    if (model === undefined) throw new UnavailableError(`Model with name ${name} is not ready.`);
    return model;
  }

  /** The versions in memory, the default first. */
  loadedVersions(): string[] {
    const others = [...this.#versions.keys()].filter((version) => version !== this.#default?.version);
    return this.#default === null ? others : [this.#default.version, ...others.reverse()];
  }

  /** Serves what the folder names as current, if it is not served yet. Never rejects: a refusal is logged once, and kept for `index`. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#unloaded) return;
      try {
        const wanted = await this.#options.layout.current();
        if (wanted !== null && !this.#isRefused(wanted)) await this.#serve(wanted);
      } catch (error) {
        this.#refuse({ version: '', stamp: '' }, error);
      }
    });
  }

  /**
   * Loads `version` beside what is served; without a version, serves what the folder names as current. Rejects with NOT_FOUND
   * where there is no such version, UNAVAILABLE where there is none at all, INVALID_MODEL where it is refused.
   */
  load(name: string, version?: string): Promise<void> {
    return this.#inTurn(async () => {
      const { layout } = this.#options;
      if (!this.#serves(name)) {
        throw new UnavailableError(
          `Model with name ${name} is not ready: this server is for ${this.names.join(', ')}.`,
        );
      }
      const wanted = await (version === undefined ? layout.current() : layout.find(version));
      if (wanted === null && version !== undefined) {
        throw new NotFoundError(`Model with name ${name} has no version ${version} on disk.`);
      }
      if (wanted === null)
        throw new UnavailableError(`Model with name ${name} is not ready: there is no version yet.`);
      this.#unloaded = false;
      if (version === undefined) await this.#serve(wanted);
      else if (this.#touch(wanted.version)?.stamp !== wanted.stamp) {
        await this.#loadBeside(wanted);
        await this.#trim();
      }
    });
  }

  /** Takes a version out of memory, or all of them. Rejects with NOT_FOUND where it is not loaded. */
  unload(name: string, version?: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#checkName(name);
      const going = [...this.#versions.values()].filter(
        (one) => version === undefined || one.version === version,
      );
      if (version !== undefined && going.length === 0) {
        throw new NotFoundError(`Model with name ${name} has no version ${version} loaded.`);
      }
      if (version === undefined || this.#default?.version === version) {
        this.#default = null;
        this.#unloaded = true;
        this.#options.observer?.serving(null);
      }
      for (const loaded of going) await this.#drop(loaded);
    });
  }

  /** Every version on disk or in memory, by name. */
  async index(): Promise<RepositoryEntry[]> {
    const onDisk = await this.#options.layout.versions();
    const refusal = this.#refusal;
    const versions = [
      ...new Set([...this.loadedVersions(), ...onDisk, ...(refusal ? [refusal.version] : [])]),
    ];
    const optional = [...this.#versions.values()].flatMap(({ models }) => [...models.keys()]);
    return [...new Set([...this.names, ...optional])].flatMap((name) =>
      versions.map((version) => ({
        name,
        version,
        state: this.#versions.get(version)?.models.has(name) ? ('READY' as const) : ('UNAVAILABLE' as const),
        reason: refusal?.version === version ? refusal.reason : '',
      })),
    );
  }

  /** Releases all versions when their last requests have ended. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#unloaded = true;
      this.#default = null;
      for (const loaded of [...this.#versions.values()]) await this.#drop(loaded);
    });
  }

  async #serve(wanted: VersionFiles): Promise<void> {
    if (this.#default?.version === wanted.version && this.#default.stamp === wanted.stamp) return;
    const known = this.#versions.get(wanted.version);
    const next = known?.stamp === wanted.stamp ? known : await this.#loadBeside(wanted);
    // The one before is the last to go of those that stay beside it: a roll back finds it loaded.
    if (this.#default !== null) this.#touch(this.#default.version);
    this.#default = next;
    this.#options.log.info({ version: next.version }, 'serving');
    this.#options.observer?.serving(next.version);
    this.#tellFirst(next.version);
    await this.#trim();
  }

  async #loadBeside(wanted: VersionFiles): Promise<LoadedVersion> {
    const { log, observer, threads } = this.#options;
    const startedAt = performance.now();
    let loaded: LoadedVersion;
    try {
      loaded = await LoadedVersion.load(wanted, { threads });
    } catch (error) {
      this.#refuse(wanted, error);
      throw error;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    log.info({ version: loaded.version, seconds }, 'loaded');
    observer?.loaded(loaded.version, seconds);
    if (this.#refusal?.version === wanted.version) this.#refusal = null;
    const replaced = this.#versions.get(wanted.version);
    this.#versions.set(wanted.version, loaded);
    if (replaced !== undefined && this.#default === replaced) this.#default = loaded;
    await replaced?.retire();
    return loaded;
  }

  #refuse({ version, stamp }: Pick<VersionFiles, 'version' | 'stamp'>, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const known = this.#refusal;
    if (known?.reason === reason && (version === '' || (known.version === version && known.stamp === stamp)))
      return;
    this.#refusal = { version, stamp, reason };
    this.#options.log.error(
      { version, reason, serving: this.#default?.version ?? null },
      'refused a version',
    );
    this.#options.observer?.refused(version, reason);
  }

  #isRefused({ version, stamp }: VersionFiles): boolean {
    return this.#refusal?.version === version && this.#refusal.stamp === stamp;
  }

  /** Keeps memory bounded: the versions beside the default that were not asked for longest go. */
  async #trim(): Promise<void> {
    const extras = [...this.#versions.values()].filter((one) => one !== this.#default);
    for (const loaded of extras.slice(0, Math.max(0, extras.length - this.#options.extraVersions))) {
      await this.#drop(loaded);
    }
  }

  async #drop(loaded: LoadedVersion): Promise<void> {
    this.#versions.delete(loaded.version);
    await loaded.retire();
    this.#options.log.info({ version: loaded.version }, 'unloaded');
  }

  #touch(version: string): LoadedVersion | undefined {
    const loaded = this.#versions.get(version);
    if (loaded !== undefined) {
      this.#versions.delete(version);
      this.#versions.set(version, loaded);
    }
    return loaded;
  }

  #checkName(name: string): void {
    if (!this.#serves(name) || this.#unloaded) {
      throw new NotFoundError(`Model with name ${name} does not exist.`);
    }
  }

  #serves(name: string): boolean {
    return this.names.includes(name) || [...this.#versions.values()].some(({ models }) => models.has(name));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
