import type {
  CallOptions,
  ModelAnswer,
  ModelClient,
  RankedCandidate,
  ReplicaStatus,
  ScoredPoll,
  TopPollsRequest,
} from '../../src/datasources/inference/model-client.js';
import { UnavailableError } from '../../src/domain/errors.js';
import { type ModelVersion, modelVersion, type PollId } from '../../src/domain/ids.js';

/** Stands for predictors whose answers and failures a test decides: `top` and `popular` best first. */
export class ScriptedModels implements ModelClient {
  top: readonly ScoredPoll[] = [];
  popular: readonly ScoredPoll[] = [];
  /** Null: the version that serves holds no such model. */
  onboarding: readonly ScoredPoll[] | null = null;
  /** Thrown by every call to the model while set. */
  personalisationFault: Error | null = null;
  popularFault: Error | null = null;
  readonly calls: { readonly model: string; readonly request: unknown; readonly options: CallOptions }[] = [];

  topPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>> {
    return this.#answer('topPolls', request, options, this.personalisationFault, () =>
      this.#best(this.top, request),
    );
  }

  onboardingPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>> {
    const fault = this.onboarding === null ? new UnavailableError('no such model') : null;
    return this.#answer('onboardingPolls', request, options, this.personalisationFault ?? fault, () =>
      this.#best(this.onboarding ?? [], request),
    );
  }

  rankCandidates(
    request: { readonly history: readonly string[]; readonly candidates: readonly PollId[] },
    options: CallOptions,
  ): Promise<ModelAnswer<RankedCandidate>> {
    return this.#answer('rankCandidates', request, options, this.personalisationFault, () =>
      request.candidates.map((id) => {
        const score = this.top.find((item) => item.pollId === id)?.score ?? 0;
        return { pollId: id, score, answer: score, liking: request.history.length === 0 ? 0 : score };
      }),
    );
  }

  popularPolls(
    request: {
      readonly segment: readonly string[];
      readonly exclude: readonly PollId[];
      readonly limit: number;
    },
    options: CallOptions,
  ): Promise<ModelAnswer<ScoredPoll>> {
    return this.#answer('popularPolls', request, options, this.popularFault, () =>
      this.#best(this.popular, request),
    );
  }

  replicas(): readonly ReplicaStatus[] {
    return [];
  }

  checkReplicas(): Promise<readonly ReplicaStatus[]> {
    return Promise.resolve([]);
  }

  loadVersion(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #best(
    list: readonly ScoredPoll[],
    request: { readonly exclude: readonly PollId[]; readonly limit: number },
  ): ScoredPoll[] {
    return list.filter((item) => !request.exclude.includes(item.pollId)).slice(0, request.limit);
  }

  async #answer<T>(
    model: string,
    request: unknown,
    options: CallOptions,
    fault: Error | null,
    items: () => readonly T[],
  ): Promise<ModelAnswer<T>> {
    this.calls.push({ model, request, options });
    if (fault !== null) throw fault;
    const version: ModelVersion = options.version ?? modelVersion('v1');
    return { items: items(), version };
  }
}
