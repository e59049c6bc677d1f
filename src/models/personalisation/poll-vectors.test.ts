import { describe, expect, it } from 'vitest';
import { CHOICE_POLLS, campVote, checkerboard } from '../../../tests/support/checkerboard.js';
import { pollId } from '../../domain/ids.js';
import { KINSHIP_DIMS, layoutOfDims, type PollVectors } from '../../domain/poll-vectors.js';
import { UserTaste } from '../../recommend/user-taste.js';
import { pollVectors } from './poll-vectors.js';
import { trainPersonalisation } from './train-personalisation.js';

const board = checkerboard();
/** As those of the board, but nobody has voted on it. */
const unseen = {
  id: pollId('unseen'),
  optionIds: board.polls[0]?.optionIds ?? [],
  topics: ['north'],
  language: 'en',
  question: '',
};

const vectorAt = ({ dims, values }: PollVectors, place: number): Float32Array =>
  values.subarray(place * dims, (place + 1) * dims);
const dot = (first: Float32Array, second: Float32Array): number =>
  first.reduce((sum, value, at) => sum + value * (second[at] as number), 0);
const kinshipAt = (vectors: PollVectors, place: number): Float32Array => {
  const { kinship } = layoutOfDims(vectors.dims);
  return vectorAt(vectors, place).subarray(kinship, kinship + KINSHIP_DIMS);
};

describe('pollVectors', () => {
  const vectors = pollVectors(trainPersonalisation({ ...board, polls: [...board.polls, unseen] }));

  it('has one finite vector a poll, in the order of the model', () => {
    expect(vectors.ids).toEqual([...board.ids, 'unseen']);
    expect(vectors.values).toHaveLength(vectors.ids.length * vectors.dims);
    expect(vectors.values.every((value) => Number.isFinite(value))).toBe(true);
  });

  it.each([0, 1])('puts what camp %i likes before what it does not, after three of its votes', (camp) => {
    const taste = UserTaste.of(
      [0, 1, 2].map((place) => ({
        token: `p${place}:${campVote(camp, place)}`,
        vector: vectorAt(vectors, place),
        sign: campVote(camp, place) === 'agree' ? 1 : -1,
      })),
    );
    const polar = board.ids.slice(3, board.ids.length - CHOICE_POLLS).map((_, index) => {
      const place = index + 3;
      const score = dot(taste?.query(1) ?? new Float32Array(vectors.dims), vectorAt(vectors, place));
      return { score, liked: campVote(camp, place) === 'agree' };
    });
    const scores = (liked: boolean): number[] =>
      polar.filter((poll) => poll.liked === liked).map((poll) => poll.score);
    expect(Math.min(...scores(true))).toBeGreaterThan(Math.max(...scores(false)));
  });

  it('gives every poll a kinship of length 1, those without votes that of their topic', () => {
    vectors.ids.forEach((_, place) => {
      const kinship = kinshipAt(vectors, place);
      expect(dot(kinship, kinship)).toBeCloseTo(1, 5);
    });
    const mean = (topic: string): number => {
      const places = board.polls.flatMap((poll, place) => (poll.topics[0] === topic ? [place] : []));
      const own = kinshipAt(vectors, board.ids.length);
      return places.reduce((sum, place) => sum + dot(own, kinshipAt(vectors, place)), 0) / places.length;
    };
    expect(mean('north')).toBeGreaterThan(mean('south'));
  });

  it('is all there is to say of polls without votes', () => {
    const empty = pollVectors(trainPersonalisation(checkerboard({ withoutVotes: true })));
    expect(empty.ids).toEqual(board.ids);
    expect(empty.values.every((value) => Number.isFinite(value))).toBe(true);
    expect(kinshipAt(empty, 0)).toEqual(new Float32Array(KINSHIP_DIMS));
  });
});
