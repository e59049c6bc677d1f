import type { VoteLog } from './vote-log.js';

/** Which users take part where about `mostVotes` votes may: drawn by a hash of their ids, the same ones whatever the order. */
export function sampleUsers(
  { voteCount, userHashes }: Pick<VoteLog, 'voteCount' | 'userHashes'>,
  mostVotes: number,
): (user: number) => boolean {
  const share = voteCount === 0 ? 1 : mostVotes / voteCount;
  return (user) => (userHashes[user] as number) < share * 2 ** 32;
}
