import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import { ANSWER_THRESHOLD, LIKING_THRESHOLD } from './calibration.js';
import type { PersonalisationModel, QuestionTable } from './personalisation-model.js';
import { type PosteriorNodes, trianglePlaces } from './posterior-nodes.js';

/** The questions in the order of the first dimension of all that is said of both. */
const QUESTIONS = ['liking', 'answer'] as const;
const BOTH = QUESTIONS.length;

const THRESHOLDS = { liking: LIKING_THRESHOLD, answer: ANSWER_THRESHOLD } as const;

/** Rounding must not bring a variance down to 0. */
const LEAST_VARIANCE = 1e-6;

/** How the values of both questions depend on a user's factors: tables with a row for each poll. */
export interface QuestionNodes {
  /** Slope · (v, m − threshold), to be multiplied by a posterior's mean: […,K+1]. */
  readonly means: Value;
  /** To be multiplied by a posterior's gain, which gives v'Cv + noise: […,K(K+1)/2+1]. */
  readonly variances: Value;
  /** Dimensions: 3 of all polls, 4 of those picked by row. */
  readonly rank: 3 | 4;
}

/** Both questions, for every poll and for an unknown one: [2,N+1,…]. */
export function addQuestions(graph: OnnxGraph, model: PersonalisationModel): QuestionNodes {
  const { factorCount, calibration, polls } = model;
  const size = polls.length + 1;
  const loadings = new Float32Array(BOTH * size * factorCount);
  const distances = new Float32Array(BOTH * size);
  const ofStranger = new Float32Array(BOTH * size);
  QUESTIONS.forEach((question, place) => {
    const table = model[question];
    loadings.set(table.loadings, place * size * factorCount);
    distances.set(
      table.means.map((mean) => mean - THRESHOLDS[question]),
      place * size,
    );
    ofStranger.set(strangerVariances(table, factorCount), place * size);
  });
  const slopes = QUESTIONS.map((question) => calibration[question].slope);
  const factors = graph.floats(loadings, [BOTH, size, factorCount]);
  const withLast = (values: Value, last: Float32Array): Value =>
    graph.node('Concat', [values, graph.floats(last, [BOTH, size, 1])], { axis: { int: 2 } });
  return {
    means: graph.node('Mul', [withLast(factors, distances), graph.floats(slopes, byQuestion(3))]),
    variances: withLast(addSquares(graph, factors, factorCount), ofStranger),
    rank: 3,
  };
}

/** v'v + noise of each poll. */
const strangerVariances = ({ loadings, noises }: QuestionTable, factorCount: number): Float32Array =>
  noises.map((noise, poll) =>
    loadings
      .subarray(poll * factorCount, (poll + 1) * factorCount)
      .reduce((sum, loading) => sum + loading * loading, noise),
  );

/**
 * −v v' of each poll, its lower triangle row by row, numbers off the diagonal doubled for their twins above it. Runtimes
 * work out what depends on constants alone when they load a file, so that the file holds no products.
 */
function addSquares(graph: OnnxGraph, loadings: Value, factorCount: number): Value {
  const places = trianglePlaces(factorCount);
  const pick = (which: readonly number[]): Value =>
    graph.node('Gather', [loadings, graph.ints(which, [which.length])], { axis: { int: 2 } });
  const weights = places.map(([row, column]) => (row === column ? -1 : -2));
  return graph.node('Mul', [
    graph.node('Mul', [pick(places.map(([row]) => row)), pick(places.map(([, column]) => column))]),
    graph.floats(weights, [weights.length]),
  ]);
}

/** Of the polls at the places [B,n]: [2,B,n,…]. */
export function pickQuestions(
  graph: OnnxGraph,
  { means, variances }: Omit<QuestionNodes, 'rank'>,
  places: Value,
): QuestionNodes {
  const pick = (table: Value): Value => graph.node('Gather', [table, places], { axis: { int: 1 } });
  return { means: pick(means), variances: pick(variances), rank: 4 };
}

/** What is foreseen of each poll by each posterior, [2,B,N+1] or [2,B,M,n]: slope · (mean − threshold), and the variance. */
export interface ForecastNodes {
  readonly mean: Value;
  readonly variance: Value;
  readonly rank: 3 | 4;
}

/** Of all polls by one posterior a row, or of polls picked by row by M posteriors a row. */
export function addForecast(
  graph: OnnxGraph,
  posterior: PosteriorNodes,
  { means, variances, rank }: QuestionNodes,
): ForecastNodes {
  const turned = { perm: { ints: rank === 3 ? [0, 2, 1] : [0, 1, 3, 2] } };
  const multiply = (left: Value, table: Value): Value =>
    graph.node('MatMul', [left, graph.node('Transpose', [table], turned)]);
  const variance = multiply(posterior.gain, variances);
  return {
    mean: multiply(posterior.mean, means),
    variance: graph.node('Max', [variance, graph.floats([LEAST_VARIANCE], [1])]),
    rank,
  };
}

/** [B,N+1] or [B,M,n] each. */
export interface ChanceNodes {
  readonly liking: Value;
  readonly answer: Value;
}

/** σ(slope · (mean − threshold) / √variance + intercept): the chances of liking and of answering. */
export function addChances(
  graph: OnnxGraph,
  { mean, variance, rank }: ForecastNodes,
  { calibration }: PersonalisationModel,
): ChanceNodes {
  const intercepts = QUESTIONS.map((question) => calibration[question].intercept);
  const logits = graph.node('Add', [
    graph.node('Div', [mean, graph.node('Sqrt', [variance])]),
    graph.floats(intercepts, byQuestion(rank)),
  ]);
  const both = graph.node('Sigmoid', [logits]);
  const pick = (question: (typeof QUESTIONS)[number]): Value =>
    graph.node('Gather', [both, graph.ints([QUESTIONS.indexOf(question)], [])], { axis: { int: 0 } });
  return { liking: pick('liking'), answer: pick('answer') };
}

/** The shape of one number a question, to be combined with values of so many dimensions. */
const byQuestion = (rank: number): number[] => [BOTH, ...new Array<number>(rank - 1).fill(1)];
