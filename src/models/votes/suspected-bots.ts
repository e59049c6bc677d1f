import { MINUTE, SECOND } from '../../domain/time.js';

/** Why an account looks like a script. */
export type SuspicionReason = 'TOO_FAST' | 'SAME_SEQUENCE';

/**
 * What makes an account suspect. People who always choose the same option are not: leaving them out changed nothing that could be
 * measured on the real votes (docs/quality.md), and agreeing with all one is shown is an opinion.
 */
export const BOT_RULES = {
  /** From this many polls on, and with over half of the gaps between votes shorter than `gapMs`, nobody has read the polls. */
  votes: 20,
  gapMs: SECOND,
  /** The first votes that are compared: as many are hardly ever the same by chance, though all see one list in one order. */
  sequenceVotes: 20,
  /** So many accounts with the same first votes, begun within `sequenceSpanMs`, are one. */
  sequenceAccounts: 3,
  sequenceSpanMs: 10 * MINUTE,
} as const;

export interface TimedVote {
  readonly pollId: string;
  readonly optionId: string | null;
  /** Null where no time is known: then nothing is suspected. */
  readonly votedAt: number | null;
}

interface Voter {
  readonly userId: string;
  readonly begunAt: number;
  readonly sequence: string | null;
}

/**
 * The accounts that look like scripts, by user: the rule of jobs/sql/suspected_bots.sql for votes in memory. Takes at most one
 * vote for each user and poll, the first one, in any order.
 */
export function suspectedBots(
  users: ReadonlyMap<string, readonly TimedVote[]>,
): ReadonlyMap<string, SuspicionReason> {
  const found = new Map<string, SuspicionReason>();
  const voters: Voter[] = [];
  for (const [userId, votes] of users) {
    if (votes.length < Math.min(BOT_RULES.votes, BOT_RULES.sequenceVotes)) continue;
    const ordered = votes
      .flatMap(({ pollId, optionId, votedAt }) => (votedAt === null ? [] : [{ pollId, optionId, votedAt }]))
      .sort((a, b) => a.votedAt - b.votedAt || (a.pollId < b.pollId ? -1 : 1));
    if (isTooFast(ordered)) found.set(userId, 'TOO_FAST');
    voters.push({ userId, begunAt: ordered[0]?.votedAt ?? 0, sequence: sequenceOf(ordered) });
  }
  for (const userId of sharedSequences(voters)) {
    if (!found.has(userId)) found.set(userId, 'SAME_SEQUENCE');
  }
  return found;
}

type OrderedVote = TimedVote & { readonly votedAt: number };

const gapBefore = (votes: readonly OrderedVote[], place: number): number =>
  (votes[place]?.votedAt ?? 0) - (votes[place - 1]?.votedAt ?? 0);

function isTooFast(votes: readonly OrderedVote[]): boolean {
  let gaps = 0;
  let short = 0;
  for (let place = 1; place < votes.length; place += 1) {
    const gap = gapBefore(votes, place);
    if (gap <= 0) continue;
    gaps += 1;
    if (gap < BOT_RULES.gapMs) short += 1;
  }
  return gaps + 1 >= BOT_RULES.votes && 2 * short > gaps;
}

/** The first votes as one text; null where there are too few, or two at one time, whose order nobody knows. */
function sequenceOf(votes: readonly OrderedVote[]): string | null {
  const first = votes.slice(0, BOT_RULES.sequenceVotes);
  if (first.length < BOT_RULES.sequenceVotes) return null;
  if (first.some((_, place) => place > 0 && gapBefore(first, place) === 0)) return null;
  return JSON.stringify(first.map(({ pollId, optionId }) => [pollId, optionId]));
}

function* sharedSequences(voters: readonly Voter[]): Generator<string> {
  const groups = new Map<string, Voter[]>();
  for (const voter of voters) {
    if (voter.sequence === null) continue;
    const group = groups.get(voter.sequence);
    if (group === undefined) groups.set(voter.sequence, [voter]);
    else group.push(voter);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => a.begunAt - b.begunAt);
    for (let last = BOT_RULES.sequenceAccounts - 1; last < group.length; last += 1) {
      const together = group.slice(last - BOT_RULES.sequenceAccounts + 1, last + 1);
      const span = (together.at(-1)?.begunAt ?? 0) - (together[0]?.begunAt ?? 0);
      if (span <= BOT_RULES.sequenceSpanMs) for (const { userId } of together) yield userId;
    }
  }
}
