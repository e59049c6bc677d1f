import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** What the tokens of a history say, each [B,H] unless it says otherwise. */
export interface HistoryNodes {
  /** Row of the taste weights, and what it is multiplied by. */
  readonly rows: Value;
  readonly values: Value;
  readonly known: Value;
  /** Slots of the interest profile [B,H·W], and what the token adds to each [B,H·W]. */
  readonly slots: Value;
  readonly slotWeights: Value;
}

export function addHistory(graph: OnnxGraph, history: Value, { tokens }: PersonalisationModel): HistoryNodes {
  const size = tokens.tokens.length + 1;
  const token = graph.placeOf(history, tokens.tokens);
  const gather = (table: Value): Value => graph.node('Gather', [table, token], { axis: { int: 0 } });
  const slots = gather(graph.ints(tokens.slots, [size, tokens.slotWidth]));
  const weights = gather(graph.floats(tokens.profileWeights, [size]));
  const spread = graph.node('Expand', [
    graph.node('Unsqueeze', [weights, graph.ints([2], [1])]),
    graph.node('Shape', [slots]),
  ]);
  const flat = graph.ints([0, -1], [2]);
  return {
    rows: gather(graph.ints(tokens.rows, [size])),
    values: gather(graph.floats(tokens.values, [size])),
    known: gather(graph.floats(tokens.known, [size])),
    slots: graph.node('Reshape', [slots, flat]),
    slotWeights: graph.node('Reshape', [spread, flat]),
  };
}
