import type { OnnxGraph, Value } from './onnx-graph.js';

/** Any score below this marks a place that must not be given out; real scores are 0 or more. */
const LEAST_SCORE = -0.5;
/** What an excluded poll scores. */
export const EXCLUDED_SCORE = -1;
/** Added to the score of an unknown poll, it sinks below that of any known one. */
export const NEVER = -100;

export interface TopPolls {
  /** Place of the poll, or the number of polls where the row has no more results: [B,K]. */
  readonly places: Value;
  readonly isFilled: Value;
}

/**
 * Writes the outputs `poll_id` and `score` [B,K]: the best polls of each row, best first, equal ones in the order of the model. K
 * is the largest `limit` of the batch, clamped to the catalogue. `scores` is [B,N+1]; its last column stands for polls
 * the model does not know, and must be below 0.
 */
export function addTopPolls(
  graph: OnnxGraph,
  scores: Value,
  {
    polls,
    exclude,
    limit,
  }: { readonly polls: readonly string[]; readonly exclude: Value; readonly limit: Value },
): TopPolls {
  const count = polls.length;
  const excluded = graph.placeOf(exclude, polls);
  const low = graph.node('Expand', [graph.floats([EXCLUDED_SCORE], [1]), graph.node('Shape', [excluded])]);
  const open = graph.node('ScatterElements', [scores, excluded, low], { axis: { int: 1 } });
  const largest = graph.node('ReduceMax', [limit], { keepdims: { int: 0 } });
  const clamped = graph.node('Min', [
    graph.node('Max', [largest, graph.ints([0], [])]),
    graph.ints([count], []),
  ]);
  const k = graph.node('Reshape', [clamped, graph.ints([1], [1])]);
  const [values, indices] = graph.nodes('TopK', [open, k], {
    attributes: { axis: { int: 1 } },
    outputs: 2,
  }) as [Value, Value];
  const positions = graph.node('Range', [graph.ints([0], []), clamped, graph.ints([1], [])]);
  const isFilled = graph.node('And', [
    graph.node('Greater', [values, graph.floats([LEAST_SCORE], [1])]),
    graph.node('Less', [positions, limit]),
  ]);
  const places = graph.node('Where', [isFilled, indices, graph.ints([count], [1])]);
  const ids = graph.node('Gather', [graph.strings([...polls, ''], [count + 1]), places], {
    axis: { int: 0 },
  });
  const shape = ['B', 'K'];
  graph.output('poll_id', ids, { type: 'string', shape });
  graph.output('score', graph.node('Where', [isFilled, values, graph.floats([0], [1])]), {
    type: 'float',
    shape,
  });
  return { places, isFilled };
}
