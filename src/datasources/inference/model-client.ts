import type { ModelVersion, PollId } from '../../domain/ids.js';
import type { ModelName, OipModelName } from '../../domain/model.js';

export interface CallOptions {
  /** Absent: the version the replicas serve by default. */
  readonly version?: ModelVersion | undefined;
  /** Give up after this many milliseconds, second try included; rejects with TimedOutError. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ScoredPoll {
  readonly pollId: PollId;
  readonly score: number;
  /** The history token that weighed most; null where none did. */
  readonly because: string | null;
  /** What that token contributes, in units of the score; null where the model does not tell. */
  readonly becauseWeight: number | null;
}

export interface RankedCandidate {
  readonly pollId: PollId;
  readonly score: number;
  /** How likely the user answers the poll at all, 0 to 1. */
  readonly answer: number;
  /** How likely the user is on the positive side, 0 to 1. */
  readonly liking: number;
}

export interface ModelAnswer<T> {
  readonly items: readonly T[];
  /** The version that answered; null where the server does not tell (stock KServe). */
  readonly version: ModelVersion | null;
}

export interface ReplicaStatus {
  readonly url: string;
  readonly ready: boolean;
  /** What it serves to requests that name no version. */
  readonly version: ModelVersion | null;
  /** All it can be asked for, `version` first; null where it is not ready or does not tell (stock KServe). */
  readonly versions: readonly ModelVersion[] | null;
  /** Smoothed time of an answer; null before the first. */
  readonly latencyMs: number | null;
}

export interface TopPollsRequest {
  /** History tokens, newest last. */
  readonly history: readonly string[];
  readonly exclude: readonly PollId[];
  readonly limit: number;
}

/**
 * Asks the models of design section 4. Requests of one tick for the same model and version go out as one batch.
 * Rejects with UnavailableError where no replica answers, TimedOutError where none does in time.
 */
export interface ModelClient {
  topPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>>;

  /**
   * Polls whose votes would tell most about this user, best first. Rejects with UnavailableError where no replica serves a
   * version that can say so, too.
   */
  onboardingPolls(request: TopPollsRequest, options: CallOptions): Promise<ModelAnswer<ScoredPoll>>;

  /** One entry a candidate, in the order given. */
  rankCandidates(
    request: { readonly history: readonly string[]; readonly candidates: readonly PollId[] },
    options: CallOptions,
  ): Promise<ModelAnswer<RankedCandidate>>;

  /** `segment`: conditions that all must hold, such as `@topic:NAME`; empty for all polls. */
  popularPolls(
    request: {
      readonly segment: readonly string[];
      readonly exclude: readonly PollId[];
      readonly limit: number;
    },
    options: CallOptions,
  ): Promise<ModelAnswer<ScoredPoll>>;

  /** The replicas of a model, as last seen by the health checks. */
  replicas(model: ModelName): readonly ReplicaStatus[];
  /** Asks every replica now. */
  checkReplicas(model: ModelName): Promise<readonly ReplicaStatus[]>;
  /**
   * Makes every replica that is up load `version` (beside what it serves) and answers when each has; rejects with what went
   * wrong where one refuses. With `urls`, only these replicas. Without any replica there is nothing to do.
   */
  loadVersion(model: ModelName, version: ModelVersion, urls?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export type { OipModelName };
