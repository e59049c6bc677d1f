import { applyEvent, replacedVote } from '../../domain/apply-event.js';
import { chooseInterests, type Interests } from '../../domain/choose-interests.js';
import type { PollEvent } from '../../domain/event.js';
import { emptyFeatures, type UserFeatures } from '../../domain/features.js';
import type { EventId, UserId } from '../../domain/ids.js';
import { mergeFeatures } from '../../domain/merge-features.js';
import { HOUR, type Millis } from '../../domain/time.js';
import { countOthersVoted } from './count-others-voted.js';
import type { ApplyOutcome } from './feature-store.js';
import { type RecentChange, replay } from './recent-change.js';
import { decodeFeatures, encodeFeatures } from './stored-features.js';
import {
  type Changed,
  erasureOf,
  findSeen,
  hasDeparted,
  type Leaving,
  mergedInto,
  type SeenChange,
  seenKey,
  type Transition,
  type UserState,
  unknownUser,
  withRecent,
  withSeen,
} from './user-state.js';

/** Changes recorded so long before a run's watermark may have reached the warehouse after the run has read it. */
export const OVERLAP: Millis = 48 * HOUR;

/** An event on its way to its owner: that of the time `since`, when it was recorded or the last merge it has followed. */
export interface PlacedEvent {
  readonly event: PollEvent;
  /** Its place in what the caller gave; null where nobody waits for its outcome. */
  readonly place: number | null;
  readonly since: Millis;
}

interface PlacedOutcome {
  readonly place: number | null;
  readonly outcome: ApplyOutcome;
}

export interface AppliedEvents {
  readonly outcomes: readonly PlacedOutcome[];
  /** Those of a user who was merged into another since. */
  readonly moved: readonly { readonly into: UserId; readonly event: PlacedEvent }[];
}

const ERASED: ApplyOutcome = { status: 'DUPLICATE', replaced: null, votedBefore: 0, again: false };

/** Takes events of the user in, in order. */
export function applyEvents(
  before: UserState,
  events: readonly PlacedEvent[],
  now: Millis,
): Changed<AppliedEvents> {
  const outcomes: PlacedOutcome[] = [];
  const moved: { into: UserId; event: PlacedEvent }[] = [];
  const known = new Map(before.seen.map((seen) => [seen[0], seen]));
  const added: SeenChange[] = [];
  const changes: RecentChange[] = [];
  let features = before.features;
  for (const placed of events) {
    const { event, place, since } = placed;
    const key = seenKey(event.eventId);
    const seen = known.get(key);
    const owner = ownerOf(before, event, since);
    if (seen !== undefined) {
      const [, , recordedAt, votedBefore, replaced] = seen;
      const again = recordedAt === event.recordedAt;
      outcomes.push({ place, outcome: { status: 'DUPLICATE', replaced, votedBefore, again } });
    } else if (owner === null) {
      outcomes.push({ place, outcome: ERASED });
    } else if (owner !== before.userId) {
      moved.push({ into: owner, event: { ...placed, since: before.departed?.[0] ?? since } });
    } else {
      const current = features ?? emptyFeatures(before.userId, event.recordedAt);
      const replaced = replacedVote(current, event);
      const votedBefore = countOthersVoted(current, event.pollId);
      features = applyEvent(current, event);
      const change: SeenChange = [key, now, event.recordedAt, votedBefore, replaced];
      known.set(key, change);
      added.push(change);
      changes.push({ kind: 'EVENT', event });
      outcomes.push({ place, outcome: { status: 'APPLIED', replaced, votedBefore } });
    }
  }
  const result = { outcomes, moved };
  if (added.length === 0) return { after: before, result };
  return { after: withRecent(withSeen({ ...before, features }, added, now), changes), result };
}

/**
 * Whose the event is as far as this user's state tells; null where that user was erased since. What was done before an
 * erasure is erased with the user, however late it is recorded.
 */
function ownerOf({ userId, departed }: UserState, event: PollEvent, since: Millis): UserId | null {
  if (departed === null) return userId;
  const [at, into] = departed;
  if (userId === event.userId && event.occurredAt <= (erasureOf(departed) ?? Number.NEGATIVE_INFINITY))
    return null;
  return at <= since ? userId : into;
}

/** Either what the user's features are now, or who has them. */
export type InterestsOutcome =
  | { readonly features: UserFeatures }
  | { readonly into: UserId; readonly since: Millis };

export interface InterestsChange {
  readonly interests: Interests;
  readonly at: Millis;
  readonly changeId: EventId;
  /** When the last merge that was followed took place; `at` where there was none. */
  readonly since: Millis;
  readonly now: Millis;
}

export function applyInterests(change: InterestsChange): Transition<InterestsOutcome> {
  const { interests, at, changeId, since, now } = change;
  return (before) => {
    const { userId, departed } = before;
    const current = before.features ?? emptyFeatures(userId, at);
    const key = seenKey(changeId);
    if (findSeen(before, key) !== undefined) return { after: before, result: { features: current } };
    const isGone = departed !== null && departed[0] > since;
    if (isGone && departed[1] !== null) {
      return { after: before, result: { into: departed[1], since: departed[0] } };
    }
    const features = chooseInterests(current, interests, at);
    if (isGone) return { after: before, result: { features } };
    const state = withSeen({ ...before, features }, [[key, now, at, 0, null]], now);
    const after = withRecent(state, [{ kind: 'INTERESTS', interests: features.interests, at }]);
    return { after, result: { features } };
  };
}

/** What a merge leaves to bring over. `isBegun` is false where an earlier merge has to be finished first. */
export interface BegunMerge {
  readonly leaving: Leaving | null;
  readonly isBegun: boolean;
}

/**
 * First step of a merge: the user is gone, and what was known is set aside in its own document until it has arrived at the
 * other. Ids of events stay: the same event brought again must be known here too.
 */
export function beginMerge(into: UserId, at: Millis): Transition<BegunMerge> {
  return (before) => {
    // Done before, by the relay or the request: what the user has got since is its own.
    if (hasDeparted(before, at)) return { after: before, result: { leaving: before.leaving, isBegun: true } };
    if (before.leaving !== null)
      return { after: before, result: { leaving: before.leaving, isBegun: false } };
    const { userId, features, seen, departed } = before;
    const leaving: Leaving | null = features === null ? null : [at, into, encodeFeatures(features)];
    const after: UserState = {
      ...unknownUser(userId),
      seen,
      departed: mergedInto(into, at, departed),
      leaving,
    };
    return { after, result: { leaving, isBegun: true } };
  };
}

export interface TakenOver {
  readonly from: UserId;
  readonly leaving: Leaving;
  readonly seen: readonly SeenChange[];
  readonly since: Millis;
  readonly now: Millis;
}

/** Second step: the other takes over what was left, once. Gives who has it where that one has been merged on meanwhile. */
export function takeOver({
  from,
  leaving,
  seen,
  since,
  now,
}: TakenOver): Transition<readonly [into: UserId, since: Millis] | null> {
  const [at, , stored] = leaving;
  const key = seenKey(`merge ${at} ${from}`);
  return (before) => {
    if (findSeen(before, key) !== undefined) return { after: before, result: null };
    if (before.departed !== null && before.departed[0] > since) {
      const [departedAt, into] = before.departed;
      return { after: before, result: into === null ? null : [into, departedAt] };
    }
    const source = decodeFeatures(from, stored);
    const target = before.features ?? emptyFeatures(before.userId, source.updatedAt);
    const known = new Set(before.seen.map(([other]) => other));
    const added = seen.filter(([other]) => !known.has(other));
    const merged = { ...before, features: mergeFeatures(source, target) };
    const after = withSeen(merged, [...added, [key, now, at, 0, null]], now);
    return { after: withRecent(after, [{ kind: 'MERGE', from: source, at }]), result: null };
  };
}

/**
 * Last step: what was left has arrived. Of the events seen before, only their ids and times stay: the document of a user who is
 * gone is hardly ever written again, and must not tell of votes that the other may have erased.
 */
export const endMerge =
  (at: Millis): Transition<null> =>
  (before) => {
    if (before.leaving?.[0] !== at) return { after: before, result: null };
    const seen = before.seen.map((change): SeenChange => {
      const [key, seenAt, recordedAt, votedBefore] = change;
      return recordedAt < at ? [key, seenAt, recordedAt, votedBefore, null] : change;
    });
    return { after: { ...before, seen, leaving: null }, result: null };
  };

export const forgetUser =
  (at: Millis): Transition<null> =>
  (before) => ({
    after: hasDeparted(before, at) ? before : { ...unknownUser(before.userId), departed: [at, null] },
    result: null,
  });

/** What a flow computed takes the place of what was known, and what was recorded since is made again on top. */
export function replaceFeatures(features: UserFeatures, through: Millis, now: Millis): Transition<null> {
  return (before) => {
    const { departed } = before;
    // Long after, too, what was computed from votes given before is of the user who is gone.
    const isGone =
      departed !== null && (departed[0] > through - OVERLAP || features.updatedAt <= departed[0]);
    if (isGone) return { after: before, result: null };
    const recent = before.recent.filter(([recordedAt]) => recordedAt > through - OVERLAP);
    const current = recent.reduce(replay, features);
    return { after: withSeen({ ...before, features: current, recent }, [], now), result: null };
  };
}
