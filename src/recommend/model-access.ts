import type { CallOptions, ModelClient } from '../datasources/inference/model-client.js';
import { HunchError } from '../domain/errors.js';
import type { ModelVersion, UserId } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';
import type { FallbackReason } from '../domain/recommendation.js';
import type { Clock, Millis } from '../domain/time.js';

/** Which version a user gets: undefined for the champion, a version for users in a canary. */
export type VersionChoice = (model: ModelName, userId: UserId | null) => ModelVersion | undefined;

/** The models and what a strategy needs to ask them in time. */
export interface ModelAccess {
  readonly models: ModelClient;
  readonly versionFor: VersionChoice;
  readonly clock: Clock;
  /** The part of a request's time that inference may take, in milliseconds. */
  readonly inferenceBudgetMs: number;
}

/** Milliseconds a call may take: the budget for inference, or what is left until the deadline. Never below one. */
export const timeoutFor = (access: ModelAccess, deadline: Millis): number =>
  Math.max(1, Math.min(access.inferenceBudgetMs, deadline - access.clock()));

/** How a model is asked for one user: the version that user gets, and the time that is left now. */
export const callOptions = (
  access: ModelAccess,
  model: ModelName,
  input: {
    readonly userId: UserId | null;
    readonly deadline: Millis;
    readonly signal?: AbortSignal | undefined;
  },
): CallOptions => ({
  version: access.versionFor(model, input.userId),
  timeoutMs: timeoutFor(access, input.deadline),
  signal: input.signal,
});

const UNAVAILABLE: Record<ModelName, FallbackReason> = {
  PERSONALISATION: 'PERSONALISATION_UNAVAILABLE',
  POPULAR: 'POPULAR_UNAVAILABLE',
};

/** The reason a caller is told when asking `model` failed. Errors that are no failure of the service go on up. */
export function failureReason(error: unknown, model: ModelName): FallbackReason {
  if (error instanceof HunchError && error.code === 'TIMED_OUT') return 'TIMED_OUT';
  if (error instanceof HunchError) return UNAVAILABLE[model];
  throw error;
}
