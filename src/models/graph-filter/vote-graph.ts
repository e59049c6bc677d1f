import { sampleUsers } from '../votes/sample-users.js';
import type { VoteLog } from '../votes/vote-log.js';
import type { GraphFilterSettings } from './graph-filter-settings.js';

/** For each of a number of nodes a list of others: those from `starts[node]` up to, not including, `starts[node + 1]`, rising. */
export interface Links {
  readonly starts: Uint32Array;
  readonly ends: Int32Array;
}

/** Who voted on what, whatever the answer. */
export interface VoteGraph {
  readonly pollsOfUser: Links;
  readonly usersOfPoll: Links;
}

/** The votes that take part: of a sample of the users if there are too many, and the newest of each. */
export function buildVoteGraph(
  votes: VoteLog,
  pollCount: number,
  { mostVotes, mostVotesOfUser }: GraphFilterSettings,
): VoteGraph {
  const isUsed = sampleUsers(votes, mostVotes);
  const starts = new Uint32Array(votes.userCount + 1);
  const ends = new Int32Array(votes.voteCount);
  let count = 0;
  for (let user = 0; user < votes.userCount; user += 1) {
    const end = votes.starts[user + 1] as number;
    const first = Math.max(votes.starts[user] as number, end - mostVotesOfUser);
    if (isUsed(user)) {
      ends.set(votes.polls.subarray(first, end), count);
      count += end - first;
    }
    starts[user + 1] = count;
  }
  const usersOfPoll = reverseLinks({ starts, ends: ends.subarray(0, count) }, pollCount);
  return { pollsOfUser: reverseLinks(usersOfPoll, votes.userCount), usersOfPoll };
}

function reverseLinks({ starts, ends }: Links, nodeCount: number): Links {
  const reversed = { starts: new Uint32Array(nodeCount + 1), ends: new Int32Array(ends.length) };
  for (const node of ends) reversed.starts[node + 1] = (reversed.starts[node + 1] as number) + 1;
  for (let node = 0; node < nodeCount; node += 1) {
    reversed.starts[node + 1] = (reversed.starts[node + 1] as number) + (reversed.starts[node] as number);
  }
  const next = reversed.starts.slice();
  for (let from = 0; from + 1 < starts.length; from += 1) {
    for (let at = starts[from] as number; at < (starts[from + 1] as number); at += 1) {
      const node = ends[at] as number;
      const place = next[node] as number;
      reversed.ends[place] = from;
      next[node] = place + 1;
    }
  }
  return reversed;
}

/** How many links each node has. */
export const degrees = ({ starts }: Links): Float64Array =>
  Float64Array.from(
    { length: starts.length - 1 },
    (_, node) => (starts[node + 1] as number) - (starts[node] as number),
  );
