import { FACTOR_SETTINGS, type FactorSettings } from '../factors/factor-settings.js';
import { GRAPH_FILTER_SETTINGS, type GraphFilterSettings } from '../graph-filter/graph-filter-settings.js';

/**
 * All that can be turned in the personal model. One configuration serves all topics. docs/quality.md tells on which votes each value
 * was chosen, none of them among those that the published figures are measured on.
 */
export interface PersonalisationSettings {
  readonly factors: FactorSettings;
  /** Pseudo-votes by everyone's taste in topics that a user's own votes have to outweigh. */
  readonly affinityPrior: number;
  /** What a chosen interest counts, in votes on the topic or language. */
  readonly interestVotes: number;
  /** What a pass gives to its topic and language, in votes: the poll was read, though no side taken. */
  readonly passVotes: number;
  /** What a skip takes from them. */
  readonly skipVotes: number;
  /** How strongly the topic moves `interest`, in log-odds for each unit of lift. */
  readonly topicWeight: number;
  /** The same for the language. */
  readonly languageWeight: number;
  readonly covotes: {
    readonly filter: GraphFilterSettings;
    /** The vote before the newest counts 2^-recencyPower of it, the n-th n^-recencyPower, where votes carry their times. */
    readonly recencyPower: number;
  };
  /** The blend that lists are ordered by. */
  readonly blend: Blend;
  /** What each vote of the user leaves of the weight of popularity: who votes is no stranger any more. */
  readonly popularityKept: number;
  /** How first polls are ordered: see onboarding-graph.ts. */
  readonly onboarding: {
    /** What it counts to learn what a user answers, beside what the user likes. */
    readonly answerInformation: number;
    readonly answerWeight: number;
    readonly likingWeight: number;
  };
  /** At most this many users, and at most a tenth, measure how scores become chances. */
  readonly calibrationUsers: number;
}

/** What the terms of the score count; sums to 1, so that the score stays between 0 and 1. */
export interface Blend {
  readonly liking: number;
  readonly answer: number;
  readonly interest: number;
  readonly covotes: number;
  readonly popularity: number;
}

export const DEFAULT_SETTINGS: PersonalisationSettings = {
  factors: FACTOR_SETTINGS,
  affinityPrior: 2,
  interestVotes: 5,
  passVotes: 0.5,
  skipVotes: 0.25,
  topicWeight: 3,
  languageWeight: 2,
  covotes: { filter: GRAPH_FILTER_SETTINGS, recencyPower: 0.7 },
  blend: { liking: 0.35, answer: 0.22, interest: 0.33, covotes: 0.05, popularity: 0.05 },
  popularityKept: 0.5,
  onboarding: { answerInformation: 0.25, answerWeight: 1, likingWeight: 0.25 },
  calibrationUsers: 1_000,
};
