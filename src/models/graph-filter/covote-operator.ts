import type { TallMatrix } from '../linear-algebra/tall-product.js';
import { degrees, type VoteGraph } from './vote-graph.js';

/** P of graph-filter-settings.ts: P_ij is the sum over the users of both polls of their weight, times the weights of the polls. */
export interface CovoteOperator {
  readonly graph: VoteGraph;
  readonly userWeights: Float64Array;
  /** 0 for a poll without votes. */
  readonly pollWeights: Float64Array;
}

/** P before it is divided by its largest eigenvalue. */
export function covoteOperator(graph: VoteGraph, userPower: number): CovoteOperator {
  const weigh = (power: number) => (degree: number) => (degree === 0 ? 0 : degree ** -power);
  return {
    graph,
    userWeights: degrees(graph.pollsOfUser).map(weigh(userPower)),
    pollWeights: degrees(graph.usersOfPoll).map(weigh(0.5)),
  };
}

/** P times `factor`. */
export const scaleOperator = (operator: CovoteOperator, factor: number): CovoteOperator => ({
  ...operator,
  pollWeights: operator.pollWeights.map((weight) => weight * Math.sqrt(factor)),
});

/** P · right, user by user, so that nothing of the size of users × columns is held. */
export function applyOperator(
  { graph: { pollsOfUser }, userWeights, pollWeights }: CovoteOperator,
  { columns, data }: TallMatrix,
): TallMatrix {
  const { starts, ends } = pollsOfUser;
  const product = new Float32Array(data.length);
  const sums = new Float64Array(columns);
  for (let user = 0; user < userWeights.length; user += 1) {
    const first = starts[user] as number;
    const end = starts[user + 1] as number;
    sums.fill(0);
    for (let at = first; at < end; at += 1) {
      const poll = ends[at] as number;
      const start = poll * columns;
      const weight = pollWeights[poll] as number;
      for (let column = 0; column < columns; column += 1) {
        sums[column] = (sums[column] as number) + weight * (data[start + column] as number);
      }
    }
    for (let at = first; at < end; at += 1) {
      const poll = ends[at] as number;
      const start = poll * columns;
      const weight = (pollWeights[poll] as number) * (userWeights[user] as number);
      for (let column = 0; column < columns; column += 1) {
        product[start + column] = (product[start + column] as number) + weight * (sums[column] as number);
      }
    }
  }
  return { columns, data: product };
}
