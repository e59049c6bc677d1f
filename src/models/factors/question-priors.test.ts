import { describe, expect, it } from 'vitest';
import { type History, makePoll, prepareFit, SMALL_SETTINGS } from '../../../tests/support/factor-fits.js';
import { optionId } from '../../domain/ids.js';
import type { TrainingPoll } from '../training-poll.js';

const AGREE = 0;
const DISAGREE = 1;
const votesOn = (poll: number, option: number, users: number): History[] =>
  Array.from({ length: users }, () => [[poll, option]]);

function expectedOf(polls: readonly TrainingPoll[], histories: readonly History[]): number[] {
  const { fit, input } = prepareFit({ polls, histories });
  return polls.map((_, poll) => {
    const column = input.columns.likingColumns[poll] as number;
    return column < 0 ? 0 : (fit.priors.expected[column] as number);
  });
}

const cats = 'Should cats be allowed in parks?';
const taxes = 'Are property taxes too high?';

describe('expectQuestions', () => {
  it('expects of a new poll what polls with a similar question got', () => {
    const polls = [cats, taxes, 'Should cats be allowed in offices?', 'Are income taxes too high?'].map(
      (question, place) => makePoll(place === 3 ? 4 : place, question),
    );
    const [liked, disliked, likeLiked, likeDisliked] = expectedOf(polls, [
      ...votesOn(0, AGREE, 30),
      ...votesOn(1, DISAGREE, 30),
    ]) as [number, number, number, number];
    expect(likeLiked).toBeGreaterThan(0.2);
    expect(likeDisliked).toBeLessThan(-0.2);
    expect(liked).toBeGreaterThan(likeLiked);
    expect(disliked).toBeLessThan(likeDisliked);
  });

  it('expects of a poll in a topic without votes what is expected of any', () => {
    const elsewhere = { ...makePoll(1, cats), topics: ['elsewhere'] };
    const histories = votesOn(0, AGREE, 40);
    const polls = [makePoll(0, taxes), elsewhere];
    const [, expected] = expectedOf(polls, histories);
    expect(expected).toBeCloseTo(prepareFit({ polls, histories }).fit.priors.overall.liking, 12);
    expect(expected).toBeGreaterThan(0.5);
  });

  it('expects even shares of options without a side, a pass being none of them', () => {
    const optionIds = ['tea', 'coffee', 'water', 'milk', 'pass'].map(optionId);
    const { fit, input } = prepareFit({ polls: [{ ...makePoll(0), optionIds }], histories: [] });
    const shares = [...fit.priors.expected].filter((_, column) => input.columns.kinds[column] === 'OPTION');
    expect(shares).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('takes no poll without the question for one that is neither liked nor disliked', () => {
    const histories = [...votesOn(0, AGREE, 30), ...votesOn(1, AGREE, 10)];
    const texts = [makePoll(0, cats), makePoll(1, taxes), makePoll(2, cats)];
    const choice = { ...makePoll(3, cats), optionIds: ['tea', 'coffee'].map(optionId) };
    const other = { ...makePoll(3, cats) };
    const [, , withChoice] = expectedOf([...texts, choice], [...histories, ...votesOn(3, 0, 30)]);
    const [, , withoutVotes] = expectedOf([...texts, other], histories);
    expect(withChoice).toBeCloseTo(withoutVotes as number, 12);
    expect(SMALL_SETTINGS.textRidge).toBeGreaterThan(0);
  });
});
