/** Branded identifiers: a user id can not be passed where a poll id is wanted. The brand exists in types only. */
declare const brand: unique symbol;
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

export type PollId = Brand<string, 'PollId'>;
export type OptionId = Brand<string, 'OptionId'>;
export type UserId = Brand<string, 'UserId'>;
export type EventId = Brand<string, 'EventId'>;
export type RecommendationId = Brand<string, 'RecommendationId'>;
export type ModelVersion = Brand<string, 'ModelVersion'>;
export type RunId = Brand<string, 'RunId'>;

/** The longest id that is taken in, in UTF-16 units: LMDB keys end at 1,978 bytes, and a longer id is a mistake. */
export const MAX_ID_LENGTH = 256;

export const pollId = (value: string): PollId => value as PollId;
export const optionId = (value: string): OptionId => value as OptionId;
export const userId = (value: string): UserId => value as UserId;
export const eventId = (value: string): EventId => value as EventId;
export const recommendationId = (value: string): RecommendationId => value as RecommendationId;
export const modelVersion = (value: string): ModelVersion => value as ModelVersion;
export const runId = (value: string): RunId => value as RunId;
