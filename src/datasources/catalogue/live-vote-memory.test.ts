import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionId, type PollId, pollId } from '../../domain/ids.js';
import { LiveVoteMemory, type PlacedVote } from './live-vote-memory.js';
import { type LiveCounts, moveVotes, NO_LIVE_COUNTS } from './live-votes.js';

const anyOption = fc.constantFrom('yes', 'no').map(optionId);
const anyVote = fc.record({
  pollId: fc.constantFrom('p', 'q').map(pollId),
  recordedAt: fc.nat(20),
  move: fc.record({
    optionId: fc.option(anyOption),
    replaced: fc.option(anyOption),
    isEstablished: fc.boolean(),
    at: fc.constant(5),
  }),
});

const placed = (id: string, place: number, recordedAt = place): PlacedVote => {
  const move = { optionId: optionId('yes'), replaced: null, isEstablished: true, at: recordedAt };
  return { place, vote: { pollId: pollId(id), recordedAt, move } };
};

const sorted = ({ votes, activity }: LiveCounts): LiveCounts => ({
  votes: votes.toSorted((a, b) => (a.optionId < b.optionId ? -1 : 1)),
  activity,
});

describe('LiveVoteMemory', () => {
  it('has the sums of all votes that no flow has counted, however they came', () => {
    const anyCover = fc.record({ id: fc.constantFrom('p', 'q').map(pollId), through: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.array(anyVote), anyCover)), (steps) => {
        const memory = new LiveVoteMemory();
        let left: PlacedVote[] = [];
        let place = 0;
        for (const step of steps) {
          if (Array.isArray(step)) {
            const votes = step.map((vote) => ({ place: place++, vote }));
            memory.add(votes);
            left.push(...votes);
          } else {
            memory.cover(step.id, step.through);
            left = left.filter(({ vote }) => vote.pollId !== step.id || vote.recordedAt > step.through);
          }
        }
        const expected = (id: PollId): LiveCounts => {
          const own = left.filter(({ vote }) => vote.pollId === id);
          return moveVotes(
            NO_LIVE_COUNTS,
            own.map(({ vote }) => vote.move),
          );
        };
        for (const id of ['p', 'q'].map(pollId)) {
          const [counts, wanted] = [memory.counts(id), expected(id)];
          expect(sorted(counts).votes).toEqual(sorted(wanted).votes);
          expect(counts.activity.established).toBeCloseTo(wanted.activity.established);
          expect(counts.activity.first).toBeCloseTo(wanted.activity.first);
        }
      }),
    );
  });

  it('tells the polls voted on since a place, by their newest votes', () => {
    const memory = new LiveVoteMemory();
    memory.add([placed('a', 1), placed('b', 2), placed('a', 3), placed('c', 4)]);
    memory.add([placed('b', 5)]);
    expect(memory.votedSince(2)).toEqual([
      { id: 'a', place: 3 },
      { id: 'c', place: 4 },
      { id: 'b', place: 5 },
    ]);
    expect(memory.votedSince(5)).toEqual([]);
  });

  it('keeps nothing of a poll whose votes are all counted', () => {
    const memory = new LiveVoteMemory();
    memory.add([placed('a', 1), placed('a', 2)]);
    memory.cover(pollId('a'), 2);
    expect(memory.votedSince(0)).toEqual([]);
    expect(memory.counts(pollId('a'))).toEqual(NO_LIVE_COUNTS);
  });
});
