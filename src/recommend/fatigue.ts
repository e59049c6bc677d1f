import type { UserFeatures } from '../domain/features.js';
import type { PollId } from '../domain/ids.js';
import type { Scenario } from '../domain/scenario.js';
import type { Millis } from '../domain/time.js';

/** Below this a penalty moves no poll any more. */
const SMALLEST = 1e-3;

export type RotationSettings = Pick<Scenario, 'impressionPenalty' | 'skipPenalty' | 'rotationHalfLife'>;

/** How far each poll sinks that the user was shown or skipped lately, in spreads of the scores. */
export function fatigue(
  features: UserFeatures,
  { impressionPenalty, skipPenalty, rotationHalfLife }: RotationSettings,
  now: Millis,
): Map<PollId, number> {
  const penalties = new Map<PollId, number>();
  const sink = (id: PollId, penalty: number, at: Millis): void => {
    const left = penalty * 2 ** (-Math.max(0, now - at) / rotationHalfLife);
    if (left > SMALLEST) penalties.set(id, (penalties.get(id) ?? 0) + left);
  };
  for (const { pollId, count, lastSeenAt } of features.impressions)
    sink(pollId, impressionPenalty * count, lastSeenAt);
  for (const { pollId, kind, occurredAt } of features.history) {
    if (kind === 'SKIP') sink(pollId, skipPenalty, occurredAt);
  }
  return penalties;
}
