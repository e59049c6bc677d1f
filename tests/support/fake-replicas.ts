import type { ModelClient, ReplicaStatus } from '../../src/datasources/inference/model-client.js';
import { UnavailableError } from '../../src/domain/errors.js';
import type { ModelVersion } from '../../src/domain/ids.js';
import type { ModelName } from '../../src/domain/model.js';

interface FakeReplica {
  readonly url: string;
  ready: boolean;
  version: ModelVersion | null;
  /** Loaded beside `version`. */
  readonly extra: Set<ModelVersion>;
}

/** Replicas that can be told what to report; they load any version, unless one is named as broken. */
export class FakeReplicas implements ModelClient {
  readonly all: FakeReplica[] = [];
  /** In order: what was asked of the replicas. */
  readonly loads: { readonly model: ModelName; readonly version: ModelVersion }[] = [];
  readonly broken = new Set<ModelVersion>();

  add(url: string, version: ModelVersion | null = null): FakeReplica {
    const replica = { url, ready: true, version, extra: new Set<ModelVersion>() };
    this.all.push(replica);
    return replica;
  }

  /** All replicas report this version from now on. */
  serve(version: ModelVersion): void {
    for (const replica of this.all) replica.version = version;
  }

  replicas(): readonly ReplicaStatus[] {
    return this.all.map(({ url, ready, version, extra }) => {
      const versions = ready && version !== null ? [version, ...extra] : null;
      return { url, ready, version, versions, latencyMs: null };
    });
  }

  async checkReplicas(): Promise<readonly ReplicaStatus[]> {
    return this.replicas();
  }

  async loadVersion(model: ModelName, version: ModelVersion, urls?: readonly string[]): Promise<void> {
    if (this.broken.has(version)) throw new UnavailableError(`${version} can not be loaded`);
    this.loads.push({ model, version });
    for (const replica of this.all) {
      if (replica.ready && (urls === undefined || urls.includes(replica.url))) replica.extra.add(version);
    }
  }

  topPolls = notAsked;
  onboardingPolls = notAsked;
  rankCandidates = notAsked;
  popularPolls = notAsked;

  async close(): Promise<void> {}
}

async function notAsked(): Promise<never> {
  throw new UnavailableError('these replicas answer no questions');
}
