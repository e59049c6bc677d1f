import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import type { HistoryNodes } from './history-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addTaste } from './taste-nodes.js';

export interface LikingNodes {
  /** Log-odds of liking, by poll and for an unknown one: [B,N+1]. */
  readonly logits: Value;
  /** t(u,i), 0 for polls without a personal score: [B,N+1]. */
  readonly taste: Value;
  /** The taste weights [R,P]. */
  readonly weights: Value;
  /** Votes in the history that count towards its length: [B,1]. */
  readonly length: Value;
  /** What one unit of taste adds to the log-odds: [B,1]. */
  readonly factor: Value;
}

/** logits = mean · m(i) + taste · gain(n) · t(u,i) + intercept: see calibration.ts. */
export function addLiking(graph: OnnxGraph, history: HistoryNodes, model: PersonalisationModel): LikingNodes {
  const { calibration, priors, polls } = model;
  const { rowCount, columnCount, data } = model.weights;
  const weights = graph.floats(data, [rowCount, columnCount]);
  const length = graph.node('ReduceSum', [history.known, graph.ints([1], [1])], { keepdims: { int: 1 } });
  const factor = addTasteFactor(graph, length, model);
  const taste = graph.node('Pad', [
    addTaste(graph, history, { weights, rowCount, columnCount }),
    graph.ints([0, 0, 0, polls.length + 1 - columnCount], [4]),
  ]);
  const base = priors.means.map((mean) => calibration.mean * mean + calibration.intercept);
  const logits = graph.node('Add', [
    graph.node('Mul', [taste, factor]),
    graph.floats(base, [polls.length + 1]),
  ]);
  return { logits, taste, weights, length, factor };
}

/** taste · historyGain(length), of the shape of `length`. */
export function addTasteFactor(
  graph: OnnxGraph,
  length: Value,
  { calibration, settings }: PersonalisationModel,
): Value {
  const short = settings.shortHistory;
  const extra = graph.node('Div', [
    graph.floats([calibration.taste * short], [1]),
    graph.node('Add', [length, graph.floats([short], [1])]),
  ]);
  return graph.node('Add', [extra, graph.floats([calibration.taste], [1])]);
}
