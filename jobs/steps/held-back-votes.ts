import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { isHeldBack, KNOWN_SHARE } from '../../src/models/evaluation/held-back.js';
import type { TestItem, VoteRow } from '../../src/models/evaluation/vote-row.js';
import { visitTrainingVotes } from './training-data.js';

/** Votes of held-back users: what is known when scoring, and the newest ones to foretell. */
export interface HeldBackVotes {
  readonly known: ReadonlyMap<string, readonly VoteRow[]>;
  readonly items: readonly TestItem[];
}

export async function readHeldBackVotes(
  session: WarehouseSession,
  share: number,
  signal: AbortSignal,
): Promise<HeldBackVotes> {
  const users = new Map<string, VoteRow[]>();
  await visitTrainingVotes(session, signal, (userId, pollId, optionId) => {
    const own = users.get(userId);
    // Votes of a user come in a row, so that most ids are hashed once for each vote; that is quicker than remembering them.
    if (own === undefined && !isHeldBack(userId, share)) return;
    const vote = { userId, pollId, optionId, votedAt: null, isAuthor: false };
    if (own === undefined) users.set(userId, [vote]);
    else own.push(vote);
  });
  const known = new Map<string, readonly VoteRow[]>();
  const items: TestItem[] = [];
  for (const [user, votes] of users) {
    const cut = Math.floor(KNOWN_SHARE * votes.length);
    known.set(user, votes.slice(0, cut));
    for (const vote of votes.slice(cut)) items.push({ vote, group: 'cold' });
  }
  return { known, items };
}
