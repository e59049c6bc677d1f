import { setTimeout as delay } from 'node:timers/promises';
import type { ModelClient, ReplicaStatus } from '../datasources/inference/model-client.js';
import type { ModelFile, ModelStore } from '../datasources/model-store/model-store.js';
import { BadInputError, HunchError, NotFoundError, UnavailableError } from '../domain/errors.js';
import type { ModelVersion } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';
import { type Clock, DAY, type Millis, SECOND } from '../domain/time.js';
import { withAnnounced, withCanary, withChampion, withNewest, withPublished } from './registry-changes.js';
import {
  emptyRegistry,
  findVersion,
  type RegistryDocument,
  registryDocument,
  type VersionRecord,
} from './registry-document.js';

export interface RegistryOptions {
  readonly modelStore: ModelStore;
  readonly models: ModelClient;
  readonly clock: Clock;
  /** How many of the newest versions stay; champion, the one before and canary stay besides. */
  readonly keepVersions: number;
  /** How long replicas may take to serve a version that they have loaded; 60 s where absent. */
  readonly serveWithinMs?: Millis;
}

export interface RollOut {
  readonly version: ModelVersion;
  /** What served before; null where nothing did. */
  readonly previousVersion: ModelVersion | null;
  /** How many replicas took it. With 0 only the pointer moved: replicas serve the version once they start. */
  readonly replicas: number;
}

/** Each refusal means that another writer has got on; so many in a row mean that the store misbehaves. */
const MOST_TRIES = 100;
const POLL: Millis = 200;

/** Versions of models: published, rolled out, split, returned to, and cleaned away. */
export class Registry {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** The registry of a model; an empty one before the first version. Rejects with INVALID_DATA for a broken document. */
  async read(model: ModelName): Promise<RegistryDocument> {
    return (await this.#read(model)).document;
  }

  /** Stores a version and makes it a challenger. Done again with the same files, it changes nothing. */
  async publish(model: ModelName, record: VersionRecord, files: readonly ModelFile[]): Promise<void> {
    await this.#options.modelStore.putVersion(model, record.version, files);
    await this.#change(model, (document) => withPublished(document, record, this.#options.clock()));
  }

  /**
   * Rolls the version out and makes it champion. While a replica can't load it, the old one keeps serving, and this rejects
   * with the reason. Rejects with NOT_FOUND for a version that the registry does not know.
   */
  async promote(model: ModelName, version: ModelVersion): Promise<RollOut> {
    return this.#rollOut(model, version, 'PROMOTED');
  }

  /** Rolls out the champion before. Rejects with CONFLICT where there is none. */
  async rollback(model: ModelName): Promise<RollOut> {
    const { previous } = await this.read(model);
    if (previous === null) {
      throw new HunchError(
        'CONFLICT',
        `${model} has no champion before this one to roll back to. Promote a version by its name.`,
      );
    }
    return this.#rollOut(model, previous, 'ROLLED_BACK');
  }

  /** Gives `percent` of the users `version`, sticky; 0 ends the canary. Rejects with NOT_FOUND, BAD_USER_INPUT. */
  async setCanary(model: ModelName, version: ModelVersion, percent: number): Promise<void> {
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
      throw new BadInputError(
        `A canary wants a whole number of percent, 0 to 100; got ${percent}.`,
        'percent',
      );
    }
    const document = await this.read(model);
    requireVersion(document, version);
    if (percent > 0 && document.champion === version) {
      throw new BadInputError(
        `${version} serves all users of ${model} already; a canary wants another version.`,
      );
    }
    if (percent > 0) await this.#load(model, version);
    await this.#change(model, (latest) => {
      requireVersion(latest, version);
      return withCanary(latest, { version, percent }, this.#options.clock());
    });
  }

  /**
   * Tells of the champion once every ready replica serves it. Done again, it tells nothing new. Rejects with UNAVAILABLE
   * where a ready replica stays behind.
   */
  async announce(model: ModelName, signal?: AbortSignal): Promise<RegistryDocument> {
    await this.#settlePointer(model);
    const { champion } = await this.read(model);
    if (champion !== null) await this.#served(model, champion, signal);
    return this.#change(model, (document) =>
      document.champion === champion ? withAnnounced(document, this.#options.clock()) : document,
    );
  }

  /** Removes versions beyond the newest `keepVersions`; the names removed. */
  async prune(model: ModelName): Promise<ModelVersion[]> {
    const { modelStore, keepVersions, clock } = this.#options;
    let dropped: readonly ModelVersion[] = [];
    const { versions } = await this.#change(model, (document) => {
      const changed = withNewest(document, keepVersions);
      dropped = document.versions.filter((record) => !changed.versions.includes(record)).map(nameOf);
      return changed;
    });
    const kept = new Set(versions.map(nameOf));
    // A version that is stored and in no document is being published just now, unless it is old: then its publisher was
    // killed, or a prune was, half-way.
    const old = new Date(clock() - DAY).toISOString().replaceAll(/[-:]/g, '');
    const removed = (await modelStore.versions(model)).filter(
      (version) => dropped.includes(version) || (!kept.has(version) && version < old),
    );
    for (const version of removed) await modelStore.removeVersion(model, version);
    return removed;
  }

  async #rollOut(model: ModelName, version: ModelVersion, act: 'PROMOTED' | 'ROLLED_BACK'): Promise<RollOut> {
    const { modelStore, clock } = this.#options;
    const before = await this.read(model);
    requireVersion(before, version);
    if (!(await modelStore.versions(model)).includes(version)) {
      throw new NotFoundError(`The files of ${model} ${version} are gone from the model store.`);
    }
    const replicas = await this.#load(model, version);
    await this.#change(model, (document) => {
      requireVersion(document, version);
      return withChampion(document, version, { act, at: clock() });
    });
    await this.#settlePointer(model);
    return { version, previousVersion: before.champion, replicas };
  }

  /** The pointer follows the champion, also where another roll-out or a killed one came between. */
  async #settlePointer(model: ModelName): Promise<void> {
    for (;;) {
      const { champion } = await this.read(model);
      if (champion === null || (await this.#options.modelStore.current(model)) === champion) return;
      await this.#options.modelStore.setCurrent(model, champion);
    }
  }

  /** Has every replica load the version, where one is up; how many are. */
  async #load(model: ModelName, version: ModelVersion): Promise<number> {
    const ready = (await this.#options.models.checkReplicas(model)).filter((replica) => replica.ready);
    if (ready.length > 0) await this.#options.models.loadVersion(model, version);
    return ready.length;
  }

  async #served(model: ModelName, version: ModelVersion, signal?: AbortSignal): Promise<void> {
    const limit = this.#options.serveWithinMs ?? 60 * SECOND;
    for (let waited = 0; ; waited += POLL) {
      const behind = replicasBehind(await this.#options.models.checkReplicas(model), version);
      if (behind.length === 0) return;
      if (waited >= limit) {
        const urls = behind.map(({ url }) => url).join(', ');
        throw new UnavailableError(`Version ${version} of ${model} is not yet served by ${urls}.`);
      }
      await delay(POLL, undefined, { signal });
    }
  }

  async #read(
    model: ModelName,
  ): Promise<{ readonly document: RegistryDocument; readonly token: string | null }> {
    const stored = await this.#options.modelStore.readRegistry(model);
    if (stored === null) return { document: emptyRegistry(model), token: null };
    const parsed = registryDocument.safeParse(stored.document);
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new HunchError('INVALID_DATA', `The registry of ${model} is not readable. ${faults.join('; ')}`);
    }
    return { document: parsed.data, token: stored.token };
  }

  /** Replaces the document by what `change` makes of it, again while other writers come first. */
  async #change(
    model: ModelName,
    change: (document: RegistryDocument) => RegistryDocument,
  ): Promise<RegistryDocument> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { document, token } = await this.#read(model);
      const changed = change(document);
      if (changed === document) return document;
      if (await this.#options.modelStore.writeRegistry(model, changed, token)) return changed;
    }
    throw new UnavailableError(
      `The registry of ${model} could not be changed in ${MOST_TRIES} tries; try again.`,
    );
  }
}

/** Ready replicas that say they serve another version. A stock server does not tell: it counts as serving. */
export const replicasBehind = (
  replicas: readonly ReplicaStatus[],
  version: ModelVersion,
): readonly ReplicaStatus[] =>
  replicas.filter((replica) => replica.ready && replica.version !== null && replica.version !== version);

const nameOf = (record: VersionRecord): ModelVersion => record.version;

function requireVersion(document: RegistryDocument, version: ModelVersion): void {
  if (findVersion(document, version) !== null) return;
  const known = document.versions.map(nameOf).join(', ') || 'none';
  throw new NotFoundError(`${document.model} has no version ${version}. Versions there are: ${known}.`);
}
