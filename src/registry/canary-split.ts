import { createHash } from 'node:crypto';
import type { ModelVersion, UserId } from '../domain/ids.js';
import type { RegistryDocument } from './registry-document.js';

const HASH_RANGE = 2 ** 32;

/**
 * The version a user gets by the canary; undefined for the champion, which unknown users (null) always get. Sticky: the
 * place of a user in [0, 100) depends on the user and the version alone, so raising the percentage keeps the users that are
 * in, and every instance agrees. Another version picks other users.
 */
export function canaryVersion(userId: UserId | null, document: RegistryDocument): ModelVersion | undefined {
  if (userId === null || document.canary === null) return undefined;
  const { version, percent } = document.canary;
  const place = createHash('sha256').update(`${version}\n${userId}`).digest().readUInt32BE(0) / HASH_RANGE;
  return place * 100 < percent ? version : undefined;
}
