/**
 * What can be turned in the co-vote graph filter. With R the votes (users × polls, 1 for a vote of any kind), d the votes of a user
 * or poll, n a poll's votes over those of an average poll, and D = diag(n),
 *
 *     P = C Rᵀ diag(d_user^-g) R C / λ₁,   C = diag(d_poll^-½),
 *     score of history h = h · D^-a [P + β V Vᵀ D^cL] (1 + q1 P + q2 P²) D^c
 *
 * where λ₁ makes the largest eigenvalue of P 1 and V are the eigenvectors of its k largest ones: a blurring by P, an ideal low-pass
 * and a sharpening, as in BSPM (Choi et al., Blurring-Sharpening Process Models for Collaborative Filtering, SIGIR 2023), of the
 * graph filter GF-CF (Shen et al., How Powerful is Graph Convolution for Recommendation?, CIKM 2021), with a free power of the
 * users' votes and of the popularity on either side as in LinkProp (Fu et al., Revisiting Neighborhood-based Link Prediction for
 * Collaborative Filtering, 2022).
 */
export interface GraphFilterSettings {
  /** g: how much less each vote of a busy user tells; 1 makes all users equal. */
  readonly userPower: number;
  /** a: how much less a vote on a popular poll tells. */
  readonly historyPower: number;
  /** c: how much popular polls are lifted. */
  readonly pollPower: number;
  /** cL: how much more popular polls count in the low-pass part. */
  readonly lowPassPower: number;
  /** β: the weight of the low-pass part. */
  readonly lowPassWeight: number;
  /** q1 and q2. */
  readonly sharpening: readonly [number, number];
  /** k is at most this, and at most one for `pollsPerFactor` polls with votes. */
  readonly mostFactors: number;
  readonly pollsPerFactor: number;
  /** Of what the k eigenvectors do not tell of P, the largest elements of each poll that are kept. */
  readonly neighbours: number;
  /** Products with P by which the eigenvectors are sought, and the directions that are followed beside the k wanted ones. */
  readonly sweeps: number;
  readonly oversampling: number;
  /** About this many votes at most take part. */
  readonly mostVotes: number;
  /** Of each user the newest ones. */
  readonly mostVotesOfUser: number;
}

export const GRAPH_FILTER_SETTINGS: GraphFilterSettings = {
  userPower: 0.75,
  historyPower: 0.2,
  pollPower: 0.1,
  lowPassPower: 0.5,
  lowPassWeight: 0.35,
  sharpening: [-1, 0.3],
  mostFactors: 448,
  pollsPerFactor: 8,
  neighbours: 200,
  sweeps: 3,
  oversampling: 32,
  mostVotes: 3_000_000,
  mostVotesOfUser: 1_000,
};
