import type { Client, estypes } from '@elastic/elasticsearch';
import { HunchError } from '../../domain/errors.js';
import { hasSignal } from '../../domain/features.js';
import type { UserId } from '../../domain/ids.js';
import type { DocumentVersion } from '../../platform/elasticsearch/bulk.js';
import { documentId } from '../../platform/elasticsearch/document-id.js';
import { explained, explainedRefusal, unreadBecause } from '../../platform/elasticsearch/explained.js';
import type { StoredChange } from './recent-change.js';
import { decodeFeatures, encodeFeatures, type StoredFeatures } from './stored-features.js';
import type { Departure, Leaving, SeenChange, UserState } from './user-state.js';

/**
 * A user's document. The server indexes the fields from `user_id` to `languages`, for people and for samples; the rest is
 * only kept. Fields that would be empty are left out.
 */
export interface UserDocument {
  readonly user_id?: UserId;
  readonly updated_at?: number;
  readonly votes?: number;
  readonly has_signal?: boolean;
  readonly topics?: readonly string[];
  readonly languages?: readonly string[];
  readonly features?: StoredFeatures;
  readonly recent?: readonly StoredChange[];
  readonly seen?: readonly SeenChange[];
  readonly departed?: Departure;
  readonly leaving?: Leaving;
}

/** A document as it was read, null where there is none. */
export interface ReadDocument {
  readonly document: UserDocument | null;
  readonly version: DocumentVersion | null;
}

export interface ReadOptions {
  readonly index: string;
  readonly fields: readonly (keyof UserDocument)[];
  readonly timeoutMs: number;
}

const NOTHING: ReadDocument = { document: null, version: null };

/** The users' documents in the order asked for, in one call. Sees every write that has been answered. */
export async function readDocuments(
  client: Client,
  userIds: readonly UserId[],
  { index, fields, timeoutMs }: ReadOptions,
): Promise<ReadDocument[]> {
  if (userIds.length === 0) return [];
  const what = `read ${userIds.length} users from ${index}`;
  let response: estypes.MgetResponse<UserDocument>;
  try {
    response = await client.mget<UserDocument>(
      { index, ids: userIds.map(documentId), _source_includes: [...fields] },
      { requestTimeout: timeoutMs },
    );
  } catch (error) {
    throw explained(error, what);
  }
  return userIds.map((id, place) => {
    const item = response.docs[place];
    if (item === undefined)
      throw new HunchError('INVALID_DATA', `Could not ${what}: the answer leaves out "${id}".`);
    return documentOf(item, what);
  });
}

function documentOf(item: estypes.MgetResponseItem<UserDocument>, what: string): ReadDocument {
  if ('error' in item) throw explainedRefusal(unreadBecause(item.error), what);
  if (!item.found) return NOTHING;
  const { _index: index, _source: document = {}, _seq_no: seqNo, _primary_term: primaryTerm } = item;
  const version = seqNo === undefined || primaryTerm === undefined ? null : { index, seqNo, primaryTerm };
  return { document, version };
}

/** Fields that were not read count as empty. */
export function decodeUser(userId: UserId, document: UserDocument | null): UserState {
  const { features, recent = [], seen = [], departed = null, leaving = null } = document ?? {};
  return {
    userId,
    features: features === undefined ? null : decodeFeatures(userId, features),
    recent,
    seen,
    departed,
    leaving,
  };
}

export function encodeUser({ userId, features, recent, seen, departed, leaving }: UserState): UserDocument {
  return {
    user_id: userId,
    ...(features === null
      ? {}
      : {
          updated_at: features.updatedAt,
          votes: features.voted.length,
          has_signal: hasSignal(features),
          topics: features.affinities.map(({ topic }) => topic),
          languages: features.languages,
          features: encodeFeatures(features),
        }),
    ...(recent.length === 0 ? {} : { recent }),
    ...(seen.length === 0 ? {} : { seen }),
    ...(departed === null ? {} : { departed }),
    ...(leaving === null ? {} : { leaving }),
  };
}
