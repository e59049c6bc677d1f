import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import { addRowByRow } from '../onnx/row-by-row.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** Looking up what each token tells takes batch × history × (k + 2 K) numbers; above this many (16 MiB) it is done row by row. */
const MOST_AT_ONCE = 4 * 1024 * 1024;

/** A lower score of the best poll is rounding, and counts as none. */
const LEAST_SCORE = 1e-12;

export interface VoteNodes {
  /** Place of the poll that each token is a vote on; the number of polls for any other token: [B,H]. */
  readonly places: Value;
  /** 1 for a vote on a known poll, 0 for any other token: [B,H]. */
  readonly isVote: Value;
}

/** Reads tokens [B,H], places in the token table. */
export function addVotes(graph: OnnxGraph, token: Value, { tokens, polls }: PersonalisationModel): VoteNodes {
  const places = graph.node('Gather', [graph.ints(tokens.polls, [tokens.polls.length]), token], {
    axis: { int: 0 },
  });
  const isVote = graph.node('Less', [places, graph.ints([polls.length], [1])]);
  const weight = graph.node('Where', [isVote, graph.floats([1], [1]), graph.floats([0], [1])]);
  return { places, isVote: weight };
}

/** The filter: rows by poll and, last, of zeros. */
export interface CovoteTableNodes {
  /** [N+1,k] */
  readonly left: Value;
  readonly right: Value;
  /** [N+1,K] */
  readonly neighbours: Value;
  readonly weights: Value;
}

export interface CovoteNodes {
  readonly table: CovoteTableNodes;
  /** By poll and of an unknown one, 0 to 1: [B,N+1]. */
  readonly covotes: Value;
  /** Places of the polls voted on, and what is multiplied by their part of the filter to be their part of `covotes`: [B,H]. */
  readonly votes: Value;
  readonly shares: Value;
  /** Whether the parts of all rows of the batch may be looked at at once. */
  readonly isSmall: Value;
}

/**
 * covotes = max(f, 0) over the largest f of a poll that is not in the history, at most 1, where f = (h · left) · rightᵀ + h · S and
 * h weighs the n-th newest vote n^-recencyPower; history tokens stand newest last. 0 for all polls without votes in the history.
 */
export function addCovotes(graph: OnnxGraph, votes: VoteNodes, model: PersonalisationModel): CovoteNodes {
  const { filter, recencyPower } = model.covotes;
  const table = addTable(graph, model);
  const weights = addRecency(graph, votes, recencyPower);
  const size = model.polls.length + 1;
  const [projected, nearby] = addRowByRow(
    graph,
    {
      prefix: 'covotes_',
      inputs: {
        places: { value: votes.places, type: 'int64' },
        weights: { value: weights, type: 'float' },
      },
    },
    (row, own) => [
      { value: addProjection(row, own, table), type: 'float', shape: [filter.rank] },
      { value: addNearby(row, { ...own, size }, table), type: 'float', shape: [size] },
    ],
  ) as [Value, Value];
  const scores = graph.node('Gemm', [projected, table.right, nearby], { transB: { int: 1 } });
  const positive = graph.node('Relu', [scores]);
  const zeros = graph.node('Expand', [graph.floats([0], [1]), graph.node('Shape', [scores])]);
  const isKnown = graph.node('ScatterElements', [zeros, votes.places, votes.isVote], { axis: { int: 1 } });
  const others = graph.node('Mul', [positive, graph.node('Sub', [graph.floats([1], [1]), isKnown])]);
  const most = graph.node('ReduceMax', [others], { axes: { ints: [1] }, keepdims: { int: 1 } });
  const least = graph.floats([LEAST_SCORE], [1]);
  const inverse = graph.node('Where', [
    graph.node('Greater', [most, least]),
    graph.node('Reciprocal', [graph.node('Max', [most, least])]),
    graph.floats([0], [1]),
  ]);
  const width = filter.rank + 2 * filter.neighbours.width;
  return {
    table,
    covotes: graph.node('Min', [graph.node('Mul', [positive, inverse]), graph.floats([1], [1])]),
    votes: votes.places,
    shares: graph.node('Mul', [weights, inverse]),
    isSmall: graph.node('LessOrEqual', [
      graph.node('Size', [votes.places]),
      graph.ints([Math.floor(MOST_AT_ONCE / width)], []),
    ]),
  };
}

function addTable(graph: OnnxGraph, { covotes: { filter }, polls }: PersonalisationModel): CovoteTableNodes {
  const { rank, left, right, neighbours } = filter;
  const size = polls.length + 1;
  const withLast = (values: Float32Array, width: number): Value => {
    const all = new Float32Array(size * width);
    all.set(values);
    return graph.floats(all, [size, width]);
  };
  const places = new Int32Array(size * neighbours.width);
  places.set(neighbours.places);
  return {
    left: withLast(left, rank),
    right: withLast(right, rank),
    neighbours: graph.shortInts(places, [size, neighbours.width]),
    weights: withLast(neighbours.weights, neighbours.width),
  };
}

/** n^-power for the n-th newest vote, 0 for any other token: [B,H]. */
function addRecency(graph: OnnxGraph, { isVote }: VoteNodes, power: number): Value {
  const rank = graph.node('CumSum', [isVote, graph.ints([1], [])], { reverse: { int: 1 } });
  const fromOne = graph.node('Max', [rank, graph.floats([1], [1])]);
  return graph.node('Mul', [isVote, graph.node('Pow', [fromOne, graph.floats([-power], [1])])]);
}

interface WeightedVotes {
  readonly places: Value;
  readonly weights: Value;
}

const pick = (graph: OnnxGraph, table: Value, places: Value): Value =>
  graph.node('Gather', [table, places], { axis: { int: 0 } });

/** h · left, of one row: [1,k]. */
function addProjection(
  graph: OnnxGraph,
  { places, weights }: WeightedVotes,
  { left }: CovoteTableNodes,
): Value {
  const row = graph.node('Unsqueeze', [weights, graph.ints([1], [1])]);
  return graph.node('Squeeze', [
    graph.node('MatMul', [row, pick(graph, left, places)]),
    graph.ints([1], [1]),
  ]);
}

/** h · S, of one row: [1,N+1]. */
function addNearby(
  graph: OnnxGraph,
  { places, weights, size }: WeightedVotes & { readonly size: number },
  table: CovoteTableNodes,
): Value {
  const flat = (value: Value): Value => graph.node('Reshape', [value, graph.ints([1, -1], [2])]);
  const weighted = graph.node('Mul', [
    pick(graph, table.weights, places),
    graph.node('Unsqueeze', [weights, graph.ints([2], [1])]),
  ]);
  const zeros = graph.node('Expand', [graph.floats([0], [1]), graph.ints([1, size], [2])]);
  return graph.node('ScatterElements', [zeros, flat(pick(graph, table.neighbours, places)), flat(weighted)], {
    axis: { int: 1 },
    reduction: { text: 'add' },
  });
}

/** What each of H tokens gives to `covotes` of L polls: [B,H,L]. `places` [B,L] are those of the polls; known ones must differ. */
export function addCovoteParts(
  graph: OnnxGraph,
  { places, votes, shares }: { readonly places: Value; readonly votes: Value; readonly shares: Value },
  {
    model,
    covotes: { table },
  }: { readonly model: PersonalisationModel; readonly covotes: Pick<CovoteNodes, 'table'> },
): Value {
  const right = graph.node('Transpose', [pick(graph, table.right, places)], { perm: { ints: [0, 2, 1] } });
  const smooth = graph.node('MatMul', [pick(graph, table.left, votes), right]);
  const parts = graph.node('Add', [smooth, addNearbyParts(graph, { places, votes, model }, table)]);
  return graph.node('Mul', [parts, graph.node('Unsqueeze', [shares, graph.ints([2], [1])])]);
}

/** Elements of S by token and poll given: [B,H,L]. */
function addNearbyParts(
  graph: OnnxGraph,
  {
    places,
    votes,
    model,
  }: { readonly places: Value; readonly votes: Value; readonly model: PersonalisationModel },
  table: CovoteTableNodes,
): Value {
  const { width } = model.covotes.filter.neighbours;
  const dimension = (of: Value, axis: number): Value =>
    graph.node('Shape', [of], { start: { int: axis }, end: { int: axis + 1 } });
  const [rows, tokens, given] = [dimension(votes, 0), dimension(votes, 1), dimension(places, 1)];
  const concat = (...sizes: Value[]): Value => graph.node('Concat', sizes, { axis: { int: 0 } });

  // By poll, its place among those given, or the number of these.
  const none = graph.node('Expand', [given, concat(rows, graph.ints([model.polls.length + 1], [1]))]);
  const order = graph.node('Range', [
    graph.ints([0], []),
    graph.node('Squeeze', [given]),
    graph.ints([1], []),
  ]);
  const columnOfPoll = graph.node(
    'ScatterElements',
    [none, places, graph.node('Expand', [order, graph.node('Shape', [places])])],
    { axis: { int: 1 } },
  );
  const neighbours = graph.node('Cast', [pick(graph, table.neighbours, votes)], { to: { int: 7 } });
  const long = graph.node('Reshape', [neighbours, concat(rows, graph.ints([-1], [1]))]);
  const columns = graph.node('Reshape', [
    graph.node('GatherElements', [columnOfPoll, long], { axis: { int: 1 } }),
    concat(rows, tokens, graph.ints([width], [1])),
  ]);
  const zeros = graph.node('Expand', [
    graph.floats([0], [1]),
    concat(rows, tokens, graph.node('Add', [given, graph.ints([1], [1])])),
  ]);
  const sums = graph.node('ScatterElements', [zeros, columns, pick(graph, table.weights, votes)], {
    axis: { int: 2 },
    reduction: { text: 'add' },
  });
  return graph.node('Slice', [sums, graph.ints([0], [1]), given, graph.ints([2], [1])]);
}
