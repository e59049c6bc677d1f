import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { isHeldBack, KNOWN_SHARE } from '../../src/models/evaluation/held-back.js';
import type { VoteCounts } from '../../src/models/evaluation/poll-audience.js';
import type { EvaluationSet, TestItem, VoteRow } from '../../src/models/evaluation/vote-row.js';
import { visitTrainingVotes } from './training-data.js';

/** Votes of held-back users: what is known when scoring, and the newest ones to foretell. */
export interface HeldBackVotes extends Pick<EvaluationSet, 'known' | 'items'> {
  /** Votes of all other users. */
  readonly counts: VoteCounts;
}

export async function readHeldBackVotes(
  session: WarehouseSession,
  share: number,
  signal: AbortSignal,
): Promise<HeldBackVotes> {
  const heldBack = new Map<string, VoteRow[]>();
  const counts = new Map<string, number>();
  let others = 0;
  let voter: string | null = null;
  let own: VoteRow[] | null = null;
  await visitTrainingVotes(session, signal, (userId, pollId, optionId) => {
    if (userId !== voter) {
      voter = userId;
      own = isHeldBack(userId, share) ? [] : null;
      if (own === null) others += 1;
      else heldBack.set(userId, own);
    }
    if (own === null) counts.set(pollId, (counts.get(pollId) ?? 0) + 1);
    else own.push({ userId, pollId, optionId, votedAt: null, isAuthor: false });
  });
  const known = new Map<string, readonly VoteRow[]>();
  const items: TestItem[] = [];
  for (const [user, votes] of heldBack) {
    const cut = Math.floor(KNOWN_SHARE * votes.length);
    known.set(user, votes.slice(0, cut));
    for (const vote of votes.slice(cut)) items.push({ vote, group: 'cold' });
  }
  return { known, items, counts: { users: others, votes: counts } };
}
