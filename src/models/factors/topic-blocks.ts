import type { TrainingPoll } from '../training-poll.js';

/** Polls with votes that a dense matrix of one topic holds at most: the most-voted ones. Work grows with the cube. */
const MOST_LEARNT = 1_200;

/** The polls of one topic, by place in the catalogue. A poll of several topics stands in the first. */
export interface TopicBlock {
  readonly polls: Int32Array;
  /** Those of them that dense matrices are made of, most voted first. */
  readonly learnt: Int32Array;
}

/** `fewestVotes`: a poll with fewer tells nothing of the others. */
export function topicBlocks(
  polls: readonly TrainingPoll[],
  votes: ArrayLike<number>,
  fewestVotes: number,
): TopicBlock[] {
  const byTopic = new Map<string, number[]>();
  polls.forEach(({ topics }, poll) => {
    const topic = topics[0] ?? '';
    const own = byTopic.get(topic);
    if (own === undefined) byTopic.set(topic, [poll]);
    else own.push(poll);
  });
  const votesOf = (poll: number): number => votes[poll] as number;
  return [...byTopic.values()].map((own) => ({
    polls: Int32Array.from(own),
    learnt: Int32Array.from(
      own
        .filter((poll) => votesOf(poll) >= fewestVotes)
        .sort((a, b) => votesOf(b) - votesOf(a) || a - b)
        .slice(0, MOST_LEARNT),
    ),
  }));
}

/** By poll of a catalogue of `count`: the place of its block. */
export function blocksOfPolls(blocks: readonly TopicBlock[], count: number): Int32Array {
  const places = new Int32Array(count);
  blocks.forEach((block, place) => {
    for (const poll of block.polls) places[poll] = place;
  });
  return places;
}
