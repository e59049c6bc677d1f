import type { VoteLog } from '../votes/vote-log.js';
import type { QuestionColumns } from './question-columns.js';
import { blocksOfPolls, type TopicBlock } from './topic-blocks.js';
import { recencyWeights } from './vote-recency.js';

/** Votes as tokens: those of user u from `starts[u]` up to, not including, `starts[u + 1]`. */
export interface TokenLog {
  readonly tokens: Int32Array;
  readonly starts: Uint32Array;
  /** By token of `tokens`: what it counts for the mean of its columns, 1 on average. */
  readonly recency: Float32Array;
}

export interface TokenLogOptions {
  readonly columns: QuestionColumns;
  /** Recency is counted within a block. */
  readonly blocks: readonly TopicBlock[];
  readonly meanHalfLife: number;
  /** Users for whom it does not hold are there, without tokens. */
  readonly isUsed: (user: number) => boolean;
}

/** The votes that say something about some question; users keep their places. */
export function tokenLogOf(
  votes: VoteLog,
  { columns, blocks, meanHalfLife, isUsed }: TokenLogOptions,
): TokenLog {
  const blockOfPoll = blocksOfPolls(blocks, columns.firstTokens.length - 1);
  const tokens = new Int32Array(votes.voteCount);
  const groups = new Int32Array(votes.voteCount);
  const times = new Float64Array(votes.voteCount);
  const starts = new Uint32Array(votes.userCount + 1);
  let count = 0;
  for (let user = 0; user < votes.userCount; user += 1) {
    const end = isUsed(user) ? (votes.starts[user + 1] as number) : 0;
    for (let at = votes.starts[user] as number; at < end; at += 1) {
      const poll = votes.polls[at] as number;
      const token = (columns.firstTokens[poll] as number) + (votes.options[at] as number);
      if ((columns.valuesOfToken[token]?.length ?? 0) === 0) continue;
      tokens[count] = token;
      groups[count] = blockOfPoll[poll] as number;
      times[count] = votes.times[at] as number;
      count += 1;
    }
    starts[user + 1] = count;
  }
  const recency = recencyWeights(
    times.subarray(0, count),
    { groups, groupCount: blocks.length },
    meanHalfLife,
  );
  return { tokens: tokens.slice(0, count), starts, recency };
}
