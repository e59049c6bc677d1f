/** One vote event of a file, in the order of the file. */
export interface VoteRow {
  readonly userId: string;
  readonly pollId: string;
  /** Null in a file that is to be predicted only. */
  readonly optionId: string | null;
  /** Milliseconds; null where the file has no times, whose order is then that of the file. */
  readonly votedAt: number | null;
  readonly isAuthor: boolean;
}

/** A row to be scored. */
export interface TestItem {
  readonly vote: VoteRow;
  /** Whether the user was in the training part. */
  readonly group: 'warm' | 'cold';
}

/** What a protocol makes of the files. */
export interface EvaluationSet {
  /** At most one vote for each user and poll; authors' own votes left out. In order of time within a user. */
  readonly training: readonly VoteRow[];
  /** What is known of each user when scoring, in order of time. */
  readonly known: ReadonlyMap<string, readonly VoteRow[]>;
  readonly items: readonly TestItem[];
}

export const pairKey = (vote: VoteRow): string => `${vote.userId}\u0000${vote.pollId}`;

/** Earlier votes first; equal or missing times keep the order given. */
export const byTime = (votes: readonly VoteRow[]): VoteRow[] =>
  [...votes].sort((a, b) => (a.votedAt ?? 0) - (b.votedAt ?? 0));

export function groupByUser(votes: readonly VoteRow[]): Map<string, VoteRow[]> {
  const users = new Map<string, VoteRow[]>();
  for (const vote of votes) {
    const own = users.get(vote.userId);
    if (own === undefined) users.set(vote.userId, [vote]);
    else own.push(vote);
  }
  return users;
}

/** The last vote of each user and poll, in the order of these last votes. */
export function lastVotes(votes: readonly VoteRow[]): VoteRow[] {
  const last = new Map<string, VoteRow>();
  for (const vote of votes) {
    const key = pairKey(vote);
    last.delete(key);
    last.set(key, vote);
  }
  return [...last.values()];
}

/** The first vote of each user and poll. */
export function firstVotes(votes: readonly VoteRow[]): VoteRow[] {
  const first = new Map<string, VoteRow>();
  for (const vote of votes) {
    const key = pairKey(vote);
    if (!first.has(key)) first.set(key, vote);
  }
  return [...first.values()];
}
