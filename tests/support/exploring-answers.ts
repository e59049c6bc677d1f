import { drawProbabilities, explorationWeights } from '../../src/domain/exploration-draw.js';
import { optionId, type PollId, pollId, recommendationId, userId } from '../../src/domain/ids.js';
import type { ExplorationMethod, LoggedAnswer, LoggedPlace } from '../../src/domain/logged-answer.js';
import { MINUTE } from '../../src/domain/time.js';
import type { CreditableVote } from '../../src/models/evaluation/off-policy/credit-votes.js';
import { Random } from '../../src/samples/random.js';
import { loggedAnswer } from './logged-answers.js';

export interface ExploringAnswersOptions {
  readonly seed: number;
  readonly answers: number;
  readonly share: number;
  readonly method: ExplorationMethod;
}

const PLACES = 5;
const START = Date.UTC(2026, 0, 31);
/** New polls: what is known of them, and how likely a vote truly is. */
const NEW_POLLS = Array.from({ length: 16 }, (_, n) => ({
  pollId: pollId(`n${n}`),
  votes: (n * 7) % 25,
  likingShare: 0.3 + (n % 5) / 10,
  worth: 0.1 + (n % 8) / 12,
}));
const WORTH_OF_OLD_POLLS = 0.25;

/** The true chance of a vote on the poll at the place; polls lower in the list are looked at less. */
export function chanceOfVote(poll: PollId | null, position: number): number {
  const worth = NEW_POLLS.find(({ pollId }) => pollId === poll)?.worth ?? WORTH_OF_OLD_POLLS;
  return worth / (1 + position / 4);
}

/**
 * Answers of five places, of which all but the first explore with the share's chance, and the votes they led to: a policy of the kind that
 * the service follows, over polls whose worth is known. Each answer is for a user of its own.
 */
export function exploringAnswers({ seed, answers: count, share, method }: ExploringAnswersOptions): {
  readonly answers: LoggedAnswer[];
  readonly votes: CreditableVote[];
  /** Mean over all places of the true chance of a vote. */
  readonly truth: number;
} {
  const random = new Random(seed);
  const weights = explorationWeights(method, NEW_POLLS);
  const candidates = NEW_POLLS.map(({ worth: _, ...known }, at) => ({ ...known, weight: weights[at] ?? 0 }));
  const votes: CreditableVote[] = [];
  let worthOfAll = 0;
  const answers = Array.from({ length: count }, (_, number) => {
    const id = recommendationId(`r${number}`);
    const answeredAt = START + number * MINUTE;
    const places: LoggedPlace[] = [];
    let left = candidates;
    for (let position = 0; position < PLACES; position += 1) {
      const otherwise = pollId(`old${(number + position) % 7}`);
      const explores = position === 0 ? 0 : share;
      const drawn = drawProbabilities(
        method,
        left.map(({ weight }) => weight),
      );
      const at = random.chance(explores) ? random.place([...drawn]) : -1;
      const shown: PollId = left[at]?.pollId ?? otherwise;
      places.push({
        position,
        pollId: shown,
        policy: at < 0 ? 'BECAUSE_YOU_VOTED' : 'EXPLORATION',
        score: 1,
        propensity: at < 0 ? 1 - explores : explores * (drawn[at] ?? 0),
        explores,
        otherwise,
      });
      left = left.filter((candidate) => candidate.pollId !== shown);
      const chance = chanceOfVote(shown, position);
      worthOfAll += chance;
      if (random.chance(chance)) {
        votes.push({
          userId: userId(`u${number}`),
          pollId: shown,
          optionId: optionId(random.chance(0.6) ? 'agree' : random.chance(0.5) ? 'disagree' : 'pass'),
          votedAt: answeredAt + MINUTE,
          recommendationId: id,
        });
      }
    }
    return loggedAnswer(id, { answeredAt, places, exploration: { share, method, candidates } });
  });
  return { answers, votes, truth: worthOfAll / (count * PLACES) };
}
