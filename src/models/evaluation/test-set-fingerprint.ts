import { createHash } from 'node:crypto';
import type { TestItem } from './vote-row.js';

/**
 * A name for what was to be foretold: equal for the same users, polls and options, whatever their order. Only what was measured
 * on one test set can be compared user by user.
 */
export function testSetFingerprint(items: readonly TestItem[]): string {
  const lines = items
    .map(({ vote }) => `${vote.userId}\u0000${vote.pollId}\u0000${vote.optionId ?? ''}`)
    .sort();
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  return hash.digest('hex').slice(0, 16);
}
