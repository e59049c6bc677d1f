import { OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import type { HistoryNodes } from './history-nodes.js';

/** Looking rows up takes batch × history × polls floats; above this many (64 MiB) a batch is multiplied as a whole. */
const MOST_GATHERED = 16 * 1024 * 1024;

export interface WeightNodes {
  readonly weights: Value;
  readonly rowCount: number;
  readonly columnCount: number;
}

/**
 * The sum of the weights of a history's votes for each poll with a personal score: [B,P]. Small batches look up the rows of their
 * tokens, which costs by the length of the history. Large ones spread the history over a row of the size of the
 * catalogue, whose memory does not grow with the history, and multiply that with all weights.
 */
export function addTaste(
  graph: OnnxGraph,
  { rows, values }: HistoryNodes,
  { weights, rowCount, columnCount }: WeightNodes,
): Value {
  const isSmall = graph.node('LessOrEqual', [
    graph.node('Size', [rows]),
    graph.ints([Math.max(1, Math.floor(MOST_GATHERED / columnCount))], []),
  ]);
  const shape = ['B', 'P'];

  const gathered = new OnnxGraph('look-up', 'look_');
  const one = gathered.ints([1], [1]);
  const product = gathered.node('MatMul', [
    gathered.node('Unsqueeze', [values, one]),
    gathered.node('Gather', [weights, rows], { axis: { int: 0 } }),
  ]);
  gathered.output('look_taste', gathered.node('Squeeze', [product, one]), { type: 'float', shape });

  const spread = new OnnxGraph('multiply', 'all_');
  const batch = spread.node('Shape', [rows], { end: { int: 1 } });
  const size = spread.node('Concat', [batch, spread.ints([rowCount], [1])], { axis: { int: 0 } });
  const zeros = spread.node('Expand', [spread.floats([0], [1]), size]);
  const dense = spread.node('ScatterElements', [zeros, rows, values], {
    axis: { int: 1 },
    reduction: { text: 'add' },
  });
  spread.output('all_taste', spread.node('MatMul', [dense, weights]), { type: 'float', shape });

  return graph.node('If', [isSmall], { then_branch: { graph: gathered }, else_branch: { graph: spread } });
}
