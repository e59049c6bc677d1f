import { applyEvent } from '../../domain/apply-event.js';
import { chooseInterests, type Interests } from '../../domain/choose-interests.js';
import { HunchError } from '../../domain/errors.js';
import type { PollEvent } from '../../domain/event.js';
import type { UserFeatures } from '../../domain/features.js';
import { userId } from '../../domain/ids.js';
import { mergeFeatures } from '../../domain/merge-features.js';
import type { Millis } from '../../domain/time.js';
import { decodeFeatures, encodeFeatures, type StoredFeatures } from './stored-features.js';

const VERSION = 1;

/** Something that happened to a user and that a flow may not have seen yet. */
export type RecentChange =
  | { readonly kind: 'EVENT'; readonly event: PollEvent }
  | { readonly kind: 'INTERESTS'; readonly interests: Interests; readonly at: Millis }
  | { readonly kind: 'MERGE'; readonly from: UserFeatures; readonly at: Millis };

/** The time comes first in each: what is old enough is dropped without reading on. */
export type StoredChange =
  | readonly [recordedAt: Millis, version: number, kind: 'EVENT', event: PollEvent]
  | readonly [recordedAt: Millis, version: number, kind: 'INTERESTS', interests: Interests]
  | readonly [recordedAt: Millis, version: number, kind: 'MERGE', from: string, features: StoredFeatures];

export function encodeChange(change: RecentChange): StoredChange {
  switch (change.kind) {
    case 'EVENT':
      return [change.event.recordedAt, VERSION, 'EVENT', change.event];
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
  if (version !== VERSION) {
    throw new HunchError(
      'INVALID_DATA',
      `A recent change of user "${features.userId}" is stored in form ${version}, and this release reads form ` +
        `${VERSION}. Run the flow personalise with the release that wrote it, or remove the features folder.`,
    );
  }
  switch (kind) {
    case 'EVENT':
      return applyEvent(features, stored[3]);
    case 'INTERESTS':
      return chooseInterests(features, stored[3], recordedAt);
    case 'MERGE':
      return mergeFeatures(decodeFeatures(userId(stored[3]), stored[4]), features);
  }
}
