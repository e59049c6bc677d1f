import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import type { HistoryNodes } from './history-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';

export interface AnswerNodes {
  /** Log-odds of answering, by poll and for an unknown one: [B,N+1]. */
  readonly logits: Value;
  /** The user's votes by slot, less skips, which may bring it below 0: [B,S]. */
  readonly profile: Value;
  /** log(max(profile, 0) · scale + 1): [B,S]. */
  readonly lifts: Value;
}

/** logits = logit p(i) + lift(u, topics and language of i), p being the smoothed share of answered: see interest-groups.ts. */
export function addAnswer(
  graph: OnnxGraph,
  { slots, slotWeights }: HistoryNodes,
  { groups, priors }: PersonalisationModel,
): AnswerNodes {
  const batch = graph.node('Shape', [slots], { end: { int: 1 } });
  const size = graph.node('Concat', [batch, graph.ints([groups.slotCount], [1])], { axis: { int: 0 } });
  const zeros = graph.node('Expand', [graph.floats([0], [1]), size]);
  const profile = graph.node('ScatterElements', [zeros, slots, slotWeights], {
    axis: { int: 1 },
    reduction: { text: 'add' },
  });
  const scale = graph.floats(groups.scale, [groups.slotCount]);
  const lifts = addLift(graph, profile, scale);
  const byCombination = graph.node('MatMul', [
    lifts,
    graph.floats(groups.mixing, [groups.slotCount, groups.combinationCount]),
  ]);
  const count = priors.combinations.length;
  const byPoll = graph.node('Gather', [byCombination, graph.ints(priors.combinations, [count])], {
    axis: { int: 1 },
  });
  const logits = graph.node('Add', [byPoll, graph.floats(priors.answerLogits, [count])]);
  return { logits, profile, lifts };
}

/** log(max(votes, 0) · scale + 1). */
export function addLift(graph: OnnxGraph, votes: Value, scale: Value): Value {
  const scaled = graph.node('Mul', [graph.node('Relu', [votes]), scale]);
  return graph.node('Log', [graph.node('Add', [scaled, graph.floats([1], [1])])]);
}
