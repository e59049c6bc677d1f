import type { ModelVersion, PollId } from '../../domain/ids.js';
import { MODEL_NAMES, type ModelName, OIP_MODEL_NAMES } from '../../domain/model.js';
import type { Log } from '../../platform/log.js';
import { CallBatcher } from './call-batcher.js';
import type {
  CallOptions,
  ModelAnswer,
  ModelClient,
  RankedCandidate,
  ReplicaStatus,
  ScoredPoll,
  TopPollsRequest,
} from './model-client.js';
import { limitRow, rankedCandidates, scoredPolls, textRow } from './model-tensors.js';
import { ReplicaSet } from './replica-set.js';
import { loadOn } from './version-loading.js';

export interface HttpModelClientOptions {
  /** The roots of the servers of a model; asked again every two seconds, so that they may come and go. */
  readonly replicas: (model: ModelName) => readonly string[];
  readonly log?: Log;
}

interface Model {
  readonly replicas: ReplicaSet;
  readonly calls: CallBatcher;
}

/** Asks models over the Open Inference Protocol V2 (REST, JSON), on any server that speaks it. Nothing is sent before the first call. */
export class HttpModelClient implements ModelClient {
  readonly #models: Readonly<Record<ModelName, Model>>;

  constructor({ replicas, log }: HttpModelClientOptions) {
    const open = (model: ModelName): Model => {
      const set = new ReplicaSet({
        name: OIP_MODEL_NAMES[model][0],
        urls: () => replicas(model),
        onChange: (replica) => {
          const { url, ready, version } = replica.status;
          if (ready) log?.info({ model, url, version }, 'a replica is ready');
          else log?.warn({ model, url }, 'a replica is away');
        },
      });
      return { replicas: set, calls: new CallBatcher(set) };
    };
    this.#models = { PERSONALISATION: open('PERSONALISATION'), POPULAR: open('POPULAR') };
  }

  topPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>> {
    return this.#bestPolls('personalisation', request, options);
  }

  onboardingPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>> {
    return this.#bestPolls('personalisation-onboarding', request, options);
  }

  async rankCandidates(
    request: { readonly history: readonly string[]; readonly candidates: readonly PollId[] },
    options: CallOptions,
  ): Promise<ModelAnswer<RankedCandidate>> {
    const { history, candidates } = request;
    if (candidates.length === 0) return { items: [], version: null };
    const inputs = [textRow('history', history), textRow('candidates', candidates)];
    const { calls } = this.#models.PERSONALISATION;
    const { outputs, version } = await calls.ask('personalisation-ranking', inputs, options);
    return { items: rankedCandidates(outputs, candidates), version };
  }

  async popularPolls(
    request: {
      readonly segment: readonly string[];
      readonly exclude: readonly PollId[];
      readonly limit: number;
    },
    options: CallOptions,
  ): Promise<ModelAnswer<ScoredPoll>> {
    const { segment, exclude, limit } = request;
    const inputs = [textRow('segment', segment), textRow('exclude', exclude), limitRow(limit)];
    const { outputs, version } = await this.#models.POPULAR.calls.ask('popular', inputs, options);
    return { items: scoredPolls(outputs, limit), version };
  }

  replicas(model: ModelName): readonly ReplicaStatus[] {
    return this.#models[model].replicas.all().map(({ status }) => status);
  }

  async checkReplicas(model: ModelName): Promise<readonly ReplicaStatus[]> {
    const replicas = await this.#models[model].replicas.check();
    return replicas.map(({ status }) => status);
  }

  /** One replica after the other, so that the others answer while one is busy loading. Without any replica there is nothing to do. */
  async loadVersion(model: ModelName, version: ModelVersion, urls?: readonly string[]): Promise<void> {
    const set = this.#models[model].replicas;
    // One that is away takes the version from the pointer when it is back; it must not block the others.
    const reached = (await set.check()).filter(
      ({ status }) => status.ready && (urls === undefined || urls.includes(status.url)),
    );
    for (const replica of reached) await loadOn(replica, OIP_MODEL_NAMES[model], version);
    await set.check();
  }

  async #bestPolls(
    name: 'personalisation' | 'personalisation-onboarding',
    { history, exclude, limit }: TopPollsRequest,
    options: CallOptions,
  ): Promise<ModelAnswer<ScoredPoll>> {
    const inputs = [textRow('history', history), textRow('exclude', exclude), limitRow(limit)];
    const { outputs, version } = await this.#models.PERSONALISATION.calls.ask(name, inputs, options);
    return { items: scoredPolls(outputs, limit), version };
  }

  async close(): Promise<void> {
    await Promise.all(MODEL_NAMES.map((model) => this.#models[model].replicas.close()));
  }
}
