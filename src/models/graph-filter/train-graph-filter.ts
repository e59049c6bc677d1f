import type { TallMatrix } from '../linear-algebra/tall-product.js';
import type { VoteLog } from '../votes/vote-log.js';
import { applyOperator, type CovoteOperator, covoteOperator, scaleOperator } from './covote-operator.js';
import { GRAPH_FILTER_SETTINGS, type GraphFilterSettings } from './graph-filter-settings.js';
import { type LeadingEigenvectors, leadingEigenvectors } from './leading-eigenvectors.js';
import { type Neighbours, residualNeighbours } from './residual-neighbours.js';
import { buildVoteGraph, degrees } from './vote-graph.js';

/**
 * What votes on polls tell of votes on others: for a history h, weights by poll, the scores are (h · left) · rightᵀ + h · S, S holding
 * in each row the weights of the poll's neighbours. Rows of polls without votes are 0. In the order of the catalogue.
 */
export interface GraphFilter {
  /** k, at least 1. */
  readonly rank: number;
  /** Row-major, polls × k each. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly neighbours: Neighbours;
}

export interface GraphFilterOptions {
  readonly settings?: GraphFilterSettings;
  /** Told again and again while it works: for progress. */
  readonly onRound?: () => void;
}

/**
 * Learns the filter of graph-filter-settings.ts: P by its leading eigenvectors and, beside them, by the largest elements of the rest;
 * what sharpens P by its eigenvectors alone. All zeros where there are no votes. Deterministic, whatever polls and users are called.
 */
export function trainGraphFilter(
  votes: VoteLog,
  pollCount: number,
  { settings = GRAPH_FILTER_SETTINGS, onRound = () => {} }: GraphFilterOptions = {},
): GraphFilter {
  const graph = buildVoteGraph(votes, pollCount, settings);
  const pollVotes = degrees(graph.usersOfPoll);
  const votedPolls = pollVotes.reduce((count, own) => count + Number(own > 0), 0);
  if (votedPolls === 0) return emptyFilter(pollCount);
  const raw = covoteOperator(graph, settings.userPower);
  const found = leadingEigenvectors((right) => applyOperator(raw, right), {
    size: pollCount,
    count: Math.min(settings.mostFactors, Math.ceil(votedPolls / settings.pollsPerFactor)),
    oversampling: settings.oversampling,
    sweeps: settings.sweeps,
    onSweep: onRound,
  });
  const largest = found.values[0] as number;
  const operator = scaleOperator(raw, 1 / largest);
  const eigenvectors = { ...found, values: found.values.map((value) => value / largest) };

  const mean = graph.pollsOfUser.ends.length / votedPolls;
  const popularity = (power: number): Float64Array =>
    pollVotes.map((own) => (own === 0 ? 0 : (own / mean) ** power));
  const right = sharpened(operator, eigenvectors, { settings, lowPass: popularity(settings.lowPassPower) });
  onRound();
  const columnWeights = popularity(settings.pollPower);
  const rowWeights = popularity(-settings.historyPower);
  const neighbours = residualNeighbours(operator, eigenvectors, {
    width: Math.max(1, Math.min(settings.neighbours, votedPolls - 1)),
    columnWeights,
  });
  onRound();
  scaleRows({ columns: neighbours.width, data: neighbours.weights }, rowWeights);
  scaleRows(eigenvectors.vectors, rowWeights);
  scaleRows(right, columnWeights);
  return {
    rank: eigenvectors.values.length,
    left: eigenvectors.vectors.data,
    right: right.data,
    neighbours,
  };
}

const emptyFilter = (pollCount: number): GraphFilter => ({
  rank: 1,
  left: new Float32Array(pollCount),
  right: new Float32Array(pollCount),
  neighbours: { width: 1, places: new Int32Array(pollCount), weights: new Float32Array(pollCount) },
});

/** What eigenvectors are multiplied by from the right, transposed: Λ (1 + q1 Λ + q2 Λ²) Vᵀ + β Vᵀ D^cL (1 + q1 P + q2 P²). */
function sharpened(
  operator: CovoteOperator,
  { values, vectors }: LeadingEigenvectors,
  { settings, lowPass }: { readonly settings: GraphFilterSettings; readonly lowPass: Float64Array },
): TallMatrix {
  const {
    sharpening: [q1, q2],
    lowPassWeight,
  } = settings;
  const blurred: TallMatrix = { columns: vectors.columns, data: vectors.data.slice() };
  scaleRows(blurred, lowPass);
  const once = applyOperator(operator, blurred);
  const twice = applyOperator(operator, once);
  const gains = values.map((value) => value * (1 + q1 * value + q2 * value * value));
  const { data } = blurred;
  for (let at = 0; at < data.length; at += 1) {
    const lowPassed = (data[at] as number) + q1 * (once.data[at] as number) + q2 * (twice.data[at] as number);
    const gain = gains[at % vectors.columns] as number;
    data[at] = gain * (vectors.data[at] as number) + lowPassWeight * lowPassed;
  }
  return blurred;
}

function scaleRows({ columns, data }: TallMatrix, weights: Float64Array): void {
  for (let at = 0; at < data.length; at += 1) {
    data[at] = (data[at] as number) * (weights[Math.floor(at / columns)] as number);
  }
}
