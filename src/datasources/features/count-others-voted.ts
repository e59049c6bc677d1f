import type { UserFeatures } from '../../domain/features.js';
import type { PollId } from '../../domain/ids.js';

/** On how many other polls the user has voted, own ones left out. */
export function countOthersVoted({ voted, authored }: UserFeatures, pollId: PollId): number {
  const left = new Set([...authored, pollId]);
  return voted.reduce((count, id) => (left.has(id) ? count : count + 1), 0);
}
