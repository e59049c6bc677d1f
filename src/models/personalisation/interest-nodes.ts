import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** H tokens of W slots each, S slots, G combinations of topics and language: see interest-groups.ts. */
export interface InterestNodes {
  /** Slots of the tokens, and what the token adds to each: [B,H·W]. */
  readonly slots: Value;
  readonly slotWeights: Value;
  /** The user's votes by slot, less skips, which may bring it below 0: [B,S]. */
  readonly profile: Value;
  /** log(max(profile, 0) · scale + 1): [B,S]. */
  readonly lifts: Value;
  /** Log-odds of interest by combination: [B,G]. */
  readonly logits: Value;
  /** The chance by poll and for an unknown one: [B,N+1]. */
  readonly interest: Value;
}

/** interest = σ(lift(u, topics and language of i)); a half for a poll with neither, or where nothing is known of the user. */
export function addInterest(graph: OnnxGraph, token: Value, model: PersonalisationModel): InterestNodes {
  const { groups, priors } = model;
  const { slots, slotWeights } = addSlots(graph, token, model);
  const batch = graph.node('Shape', [slots], { end: { int: 1 } });
  const size = graph.node('Concat', [batch, graph.ints([groups.slotCount], [1])], { axis: { int: 0 } });
  const zeros = graph.node('Expand', [graph.floats([0], [1]), size]);
  const profile = graph.node('ScatterElements', [zeros, slots, slotWeights], {
    axis: { int: 1 },
    reduction: { text: 'add' },
  });
  const lifts = addLift(graph, profile, graph.floats(groups.scale, [groups.slotCount]));
  const logits = graph.node('MatMul', [
    lifts,
    graph.floats(groups.mixing, [groups.slotCount, groups.combinationCount]),
  ]);
  const combinations = graph.ints(priors.combinations, [priors.combinations.length]);
  const interest = graph.node('Gather', [graph.node('Sigmoid', [logits]), combinations], {
    axis: { int: 1 },
  });
  return { slots, slotWeights, profile, lifts, logits, interest };
}

function addSlots(
  graph: OnnxGraph,
  token: Value,
  { tokens }: PersonalisationModel,
): Pick<InterestNodes, 'slots' | 'slotWeights'> {
  const { slotWidth, profileWeights } = tokens;
  const shape = [profileWeights.length, slotWidth];
  const weights = Array.from(profileWeights, (weight) => new Array<number>(slotWidth).fill(weight)).flat();
  const read = (table: Value): Value =>
    graph.node('Reshape', [
      graph.node('Gather', [table, token], { axis: { int: 0 } }),
      graph.ints([0, -1], [2]),
    ]);
  return { slots: read(graph.ints(tokens.slots, shape)), slotWeights: read(graph.floats(weights, shape)) };
}

/** log(max(votes, 0) · scale + 1). */
export function addLift(graph: OnnxGraph, votes: Value, scale: Value): Value {
  const scaled = graph.node('Mul', [graph.node('Relu', [votes]), scale]);
  return graph.node('Log', [graph.node('Add', [scaled, graph.floats([1], [1])])]);
}
