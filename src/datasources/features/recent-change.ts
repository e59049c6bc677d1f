import { applyEvent } from '../../domain/apply-event.js';
import { chooseInterests, type Interests } from '../../domain/choose-interests.js';
import { HunchError } from '../../domain/errors.js';
import type { EventBase, EventKind, PollEvent } from '../../domain/event.js';
import type { UserFeatures } from '../../domain/features.js';
import { eventId, type OptionId, type PollId, type UserId, userId } from '../../domain/ids.js';
import { mergeFeatures } from '../../domain/merge-features.js';
import type { Millis } from '../../domain/time.js';
import { decodeFeatures, encodeFeatures, type StoredFeatures } from './stored-features.js';

const VERSION = 2;
/** Differs only in how events are written, as a whole. */
const FORMER_VERSION = 1;

/** Something that happened to a user and that a flow may not have seen yet. */
export type RecentChange =
  | { readonly kind: 'EVENT'; readonly event: PollEvent }
  | { readonly kind: 'INTERESTS'; readonly interests: Interests; readonly at: Millis }
  | { readonly kind: 'MERGE'; readonly from: UserFeatures; readonly at: Millis };

/**
 * The time comes first in each: what is old enough is dropped without reading on. Of an event only what features depend on
 * is kept; `age` is how long before its recording it occurred.
 */
export type StoredChange =
  | readonly [recordedAt: Millis, version: number, kind: 'VOTE', ...vote: StoredVote]
  | readonly [
      recordedAt: Millis,
      version: number,
      kind: Exclude<EventKind, 'VOTE'>,
      poll: PollId,
      age: Millis,
    ]
  | readonly [recordedAt: Millis, version: number, kind: 'EVENT', event: PollEvent]
  | readonly [recordedAt: Millis, version: number, kind: 'INTERESTS', interests: Interests]
  | readonly [recordedAt: Millis, version: number, kind: 'MERGE', from: string, features: StoredFeatures];

type StoredVote = readonly [poll: PollId, age: Millis, option: OptionId, isAuthor: boolean];

export function encodeChange(change: RecentChange): StoredChange {
  switch (change.kind) {
    case 'EVENT':
      return encodeEvent(change.event);
    case 'INTERESTS':
      return [change.at, VERSION, 'INTERESTS', change.interests];
    case 'MERGE':
      return [change.at, VERSION, 'MERGE', change.from.userId, encodeFeatures(change.from)];
  }
}

/**
 * The features with the change made again; a change that they hold already makes no difference. Rejects with
 * INVALID_DATA what another version of this service wrote.
 */
export function replay(features: UserFeatures, stored: StoredChange): UserFeatures {
  const [recordedAt, version, kind] = stored;
  if (version !== VERSION && version !== FORMER_VERSION) {
    throw new HunchError(
      'INVALID_DATA',
      `A recent change of user "${features.userId}" is stored in form ${version}, and this release reads form ` +
        `${VERSION}. Run the flow personalise with the release that wrote it, or remove the features folder.`,
    );
  }
  switch (kind) {
    case 'EVENT':
      return applyEvent(features, stored[3]);
    case 'VOTE': {
      const [, , , pollId, age, option, isAuthor] = stored;
      const base = eventBase(features.userId, { pollId, recordedAt, age });
      return applyEvent(features, { ...base, kind, optionId: option, isAuthor });
    }
    case 'IMPRESSION':
      return applyEvent(features, { ...eventBase(features.userId, ageOf(stored)), kind, position: null });
    case 'SKIP':
    case 'RETRACT_VOTE':
    case 'DISMISS':
    case 'UNDO_DISMISS':
      return applyEvent(features, { ...eventBase(features.userId, ageOf(stored)), kind });
    case 'INTERESTS':
      return chooseInterests(features, stored[3], recordedAt);
    case 'MERGE':
      return mergeFeatures(decodeFeatures(userId(stored[3]), stored[4]), features);
  }
}

function encodeEvent(event: PollEvent): StoredChange {
  const { kind, pollId, occurredAt, recordedAt } = event;
  const age = recordedAt - occurredAt;
  if (kind === 'VOTE') return [recordedAt, VERSION, kind, pollId, age, event.optionId, event.isAuthor];
  return [recordedAt, VERSION, kind, pollId, age];
}

interface EventAge {
  readonly pollId: PollId;
  readonly recordedAt: Millis;
  readonly age: Millis;
}

const ageOf = ([recordedAt, , , pollId, age]: readonly [
  Millis,
  number,
  EventKind,
  PollId,
  Millis,
]): EventAge => ({
  pollId,
  recordedAt,
  age,
});

/** Ids of events are not kept with changes: features do not depend on them. */
const eventBase = (userId: UserId, { pollId, recordedAt, age }: EventAge): EventBase => ({
  eventId: eventId(''),
  userId,
  pollId,
  occurredAt: recordedAt - age,
  recordedAt,
  recommendationId: null,
});
