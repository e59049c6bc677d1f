import {
  byTime,
  type EvaluationSet,
  firstVotes,
  groupByUser,
  lastVotes,
  pairKey,
  type TestItem,
  type VoteRow,
} from './vote-row.js';

export interface VoteFiles {
  /** Training part, in order of time. */
  readonly train: readonly VoteRow[];
  /** Test part, in order of time. */
  readonly test: readonly VoteRow[];
  /** Votes that are known when scoring and not learnt from, unless they are in `train`, too. */
  readonly known?: readonly VoteRow[];
}

/**
 * The time split: what voters of the training part (warm) vote on for the first time in the test part, and what unseen ones
 * (cold) vote on after their first `foldIn` polls, which are known.
 *
 * The last training event of a voter and poll counts; the first test event does. A poll with any event of the voter in the
 * training part is no test item, nor is one whose first test event is its author's own vote.
 */
export function timeSplit({ train, test }: VoteFiles, foldIn: number): EvaluationSet {
  const seen = new Set(train.map(pairKey));
  const warmUsers = new Set(train.map((vote) => vote.userId));
  const training = byTime(lastVotes(train.filter((vote) => !vote.isAuthor)));
  const known = groupByUser(training);
  const items: TestItem[] = [];
  const candidates = firstVotes(byTime(test)).filter((vote) => !vote.isAuthor && !seen.has(pairKey(vote)));
  for (const [user, votes] of groupByUser(candidates)) {
    if (warmUsers.has(user)) {
      for (const vote of votes) items.push({ vote, group: 'warm' });
    } else {
      known.set(user, votes.slice(0, foldIn));
      for (const vote of votes.slice(foldIn)) items.push({ vote, group: 'cold' });
    }
  }
  return { training, known, items };
}

/** The share of each voter's polls that is known in the voter split. */
const KNOWN_SHARE = 0.8;

/**
 * The voter split: of each voter's polls, in the order of the first vote, the first 80 % are known and learnt from, the rest is
 * the test. Authors' own votes are dropped.
 */
export function voterSplit({ train, test }: VoteFiles): EvaluationSet {
  const votes = byTime([...train, ...test].filter((vote) => !vote.isAuthor));
  const training: VoteRow[] = [];
  const known = new Map<string, readonly VoteRow[]>();
  const items: TestItem[] = [];
  for (const [user, own] of groupByUser(firstVotes(votes))) {
    const cut = Math.floor(KNOWN_SHARE * own.length);
    training.push(...own.slice(0, cut));
    known.set(user, own.slice(0, cut));
    for (const vote of own.slice(cut)) items.push({ vote, group: 'warm' });
  }
  return { training, known, items };
}

/** The files as they are: history is the training part and what is known beside it, and every row of the test is scored. */
export function filesAsGiven({ train, test, known = [] }: VoteFiles): EvaluationSet {
  const training = byTime(lastVotes(train.filter((vote) => !vote.isAuthor)));
  const warmUsers = new Set(train.map((vote) => vote.userId));
  const history = lastVotes(byTime([...training, ...known.filter((vote) => !vote.isAuthor)]));
  return {
    training,
    known: groupByUser(history),
    items: test.map((vote) => ({ vote, group: warmUsers.has(vote.userId) ? 'warm' : 'cold' })),
  };
}
