import {
  invertPacked,
  multiplyPacked,
  packedRow,
  packedSize,
} from '../../src/models/factors/packed-matrix.js';
import type { ChanceCurve } from '../../src/models/personalisation/calibration.js';
import type {
  PersonalisationModel,
  QuestionTable,
} from '../../src/models/personalisation/personalisation-model.js';

/** What the personal model says of one poll to one user. */
export interface ReferenceScore {
  readonly liking: number;
  readonly answer: number;
  readonly interest: number;
  readonly covotes: number;
  readonly score: number;
  /** What the onboarding file orders by. */
  readonly onboarding: number;
}

interface Posterior {
  readonly mean: Float64Array;
  /** Packed. */
  readonly covariance: Float64Array;
}

interface Forecast {
  readonly mean: number;
  readonly variance: number;
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** The formulas of the personal model in plain double precision, poll by poll, by Cholesky instead of sweeps. */
export class ReferencePersonalisation {
  readonly #model: PersonalisationModel;

  constructor(model: PersonalisationModel) {
    this.#model = model;
  }

  /** Of every poll of the model and, last, of an unknown one. `interestHistory` is what interest is told from, where that differs. */
  scores(
    history: readonly string[],
    interestHistory: readonly string[] = history,
  ): readonly ReferenceScore[] {
    const { settings, blend, priors, calibration, liking, answer } = this.#model;
    const covotes = this.#covotes(history);
    const votes = this.#votes(history).length;
    const posterior = this.#posterior(history);
    const lifts = this.#lifts(interestHistory);
    const chanceOf = ({ slope, intercept }: ChanceCurve, { mean, variance }: Forecast, threshold: number) =>
      sigmoid((slope * (mean - threshold)) / Math.sqrt(variance) + intercept);
    return Array.from(priors.popularity, (popularity, poll) => {
      const likes = forecast(liking, poll, posterior);
      const answers = forecast(answer, poll, posterior);
      const chances = {
        liking: chanceOf(calibration.liking, likes, 0),
        answer: chanceOf(calibration.answer, answers, 0.5),
        interest: sigmoid(lifts[priors.combinations[poll] as number] as number),
        covotes: Math.min(1, Math.max(0, covotes.scores[poll] ?? 0) * covotes.inverse),
      };
      const { onboarding } = settings;
      const information =
        0.5 * Math.log(likes.variance / (liking.noises[poll] as number)) +
        onboarding.answerInformation * 0.5 * Math.log(answers.variance / (answer.noises[poll] as number));
      return {
        ...chances,
        score:
          blend.liking * chances.liking +
          blend.answer * chances.answer +
          blend.interest * chances.interest +
          blend.covotes * chances.covotes +
          blend.popularity * popularity * settings.popularityKept ** votes,
        onboarding:
          information * chances.answer ** onboarding.answerWeight * chances.liking ** onboarding.likingWeight,
      };
    });
  }

  /**
   * What each poll's score loses without the token at `place` of the history. What a token takes from its topics and language counts
   * as no loss; of co-votes it is the token's part of the sum that is lost, and popularity stays out of it.
   */
  losses(history: readonly string[], place: number): readonly number[] {
    const { tokens } = this.#model;
    const without = history.toSpliced(place, 1);
    const weight = tokens.profileWeights[this.#token(history[place] as string)] as number;
    const whole = this.scores(history);
    const { blend } = this.#model;
    const { parts, inverse } = this.#covotes(history);
    return this.scores(without, weight < 0 ? history : without).map((own, poll) => {
      const all = whole[poll] as ReferenceScore;
      return (
        blend.liking * (all.liking - own.liking) +
        blend.answer * (all.answer - own.answer) +
        blend.interest * (all.interest - own.interest) +
        blend.covotes * (parts[place]?.[poll] ?? 0) * inverse
      );
    });
  }

  /** Places in the history of votes on known polls, newest last. */
  #votes(history: readonly string[]): { readonly place: number; readonly poll: number }[] {
    const { tokens, polls } = this.#model;
    return history
      .map((text, place) => ({ place, poll: tokens.polls[this.#token(text)] as number }))
      .filter(({ poll }) => poll < polls.length);
  }

  /** By poll, and what each token of the history gives to it; `inverse` makes the best poll beside the history 1. */
  #covotes(history: readonly string[]): {
    readonly scores: readonly number[];
    readonly parts: readonly (readonly number[])[];
    readonly inverse: number;
  } {
    const { covotes, polls } = this.#model;
    const { rank, left, right, neighbours } = covotes.filter;
    const votes = this.#votes(history);
    const parts: number[][] = history.map(() => polls.map(() => 0));
    votes.forEach(({ place, poll: voted }, order) => {
      const weight = (votes.length - order) ** -covotes.recencyPower;
      parts[place] = polls.map((_, poll) => {
        let sum = 0;
        for (let f = 0; f < rank; f += 1) {
          sum += (left[voted * rank + f] as number) * (right[poll * rank + f] as number);
        }
        for (let at = voted * neighbours.width; at < (voted + 1) * neighbours.width; at += 1) {
          if (neighbours.places[at] === poll) sum += neighbours.weights[at] as number;
        }
        return weight * sum;
      });
    });
    const scores = polls.map((_, poll) => parts.reduce((sum, own) => sum + (own[poll] as number), 0));
    const isKnown = new Set(votes.map(({ poll }) => poll));
    const most = Math.max(0, ...scores.filter((_, poll) => !isKnown.has(poll)));
    return { scores, parts, inverse: most > 1e-12 ? 1 / most : 0 };
  }

  #token(text: string): number {
    const { tokens } = this.#model.tokens;
    const place = tokens.indexOf(text);
    return place < 0 ? tokens.length : place;
  }

  #posterior(history: readonly string[]): Posterior {
    const { factorCount: k, evidence, tokens } = this.#model;
    const covariance = new Float64Array(packedSize(k));
    const shift = new Float64Array(k);
    for (let i = 0; i < k; i += 1) covariance[packedRow(i) + i] = 1;
    for (const text of history) {
      const row = tokens.rows[this.#token(text)] as number;
      covariance.forEach((sum, at) => {
        covariance[at] = sum + (evidence.precisions[row * packedSize(k) + at] as number);
      });
      shift.forEach((sum, at) => {
        shift[at] = sum + (evidence.evidence[row * k + at] as number);
      });
    }
    invertPacked(covariance, k);
    const mean = new Float64Array(k);
    multiplyPacked(covariance, shift, mean);
    return { mean, covariance };
  }

  /** By combination of topics and language. */
  #lifts(history: readonly string[]): number[] {
    const { tokens, groups } = this.#model;
    const profile = new Float64Array(groups.slotCount);
    for (const text of history) {
      const token = this.#token(text);
      for (let at = 0; at < tokens.slotWidth; at += 1) {
        const slot = tokens.slots[token * tokens.slotWidth + at] as number;
        profile[slot] = (profile[slot] as number) + (tokens.profileWeights[token] as number);
      }
    }
    return Array.from({ length: groups.combinationCount }, (_, combination) =>
      profile.reduce(
        (sum, votes, slot) =>
          sum +
          (groups.mixing[slot * groups.combinationCount + combination] as number) *
            Math.log(Math.max(votes, 0) * (groups.scale[slot] as number) + 1),
        0,
      ),
    );
  }
}

/** m + v·z and v'Cv + noise. */
function forecast(
  { means, loadings, noises }: QuestionTable,
  poll: number,
  { mean, covariance }: Posterior,
): Forecast {
  const k = mean.length;
  const own = loadings.subarray(poll * k, (poll + 1) * k);
  const spread = new Float64Array(k);
  multiplyPacked(covariance, own, spread);
  return {
    mean: own.reduce((sum, loading, at) => sum + loading * (mean[at] as number), means[poll] as number),
    variance: own.reduce(
      (sum, loading, at) => sum + loading * (spread[at] as number),
      noises[poll] as number,
    ),
  };
}
