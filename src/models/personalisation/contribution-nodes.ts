import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import { addLift } from './answer-nodes.js';
import { addTasteFactor } from './liking-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** What contributions are computed from, for any number of rows: H tokens, W slots a token, K polls given, N polls in all. */
export interface ContributionInput {
  /** [B,H] each: history-nodes.ts. */
  readonly rows: Value;
  readonly values: Value;
  readonly known: Value;
  /** [B,H·W] each. */
  readonly slots: Value;
  readonly slotWeights: Value;
  /** Places of the polls given: [B,K]. */
  readonly places: Value;
  /** liking-nodes.ts: [B,N+1], [B,N+1], [B,1] and [B,1]. */
  readonly likingLogits: Value;
  readonly taste: Value;
  readonly length: Value;
  readonly factor: Value;
  /** answer-nodes.ts: [B,N+1], [B,S] and [B,S]. */
  readonly answerLogits: Value;
  readonly profile: Value;
  readonly lifts: Value;
}

/** A smaller difference is rounding. */
const LEAST_CONTRIBUTION = 1e-6;

/**
 * The place in the history of the token without which each poll's score would be lowest, or -1 where no token lifts it: [B,K]. The
 * difference is that of the model itself: liking and answer with the token less those without it. What a pass or skip
 * takes from a topic is left out, since it is no reason for a poll of another one.
 */
export function addBestTokens(
  graph: OnnxGraph,
  input: ContributionInput,
  { model, weights }: { readonly model: PersonalisationModel; readonly weights: Value },
): Value {
  const { blend } = model.settings;
  const difference = (logits: Value, part: Value, weight: number): Value => {
    const whole = graph.node('Unsqueeze', [addPick(graph, logits, input), graph.ints([1], [1])]);
    const without = graph.node('Sigmoid', [graph.node('Sub', [whole, part])]);
    const lost = graph.node('Sub', [graph.node('Sigmoid', [whole]), without]);
    return graph.node('Mul', [lost, graph.floats([weight], [1])]);
  };
  const contributions = graph.node('Add', [
    difference(input.likingLogits, addTasteParts(graph, input, { model, weights }), blend.liking),
    difference(input.answerLogits, addLiftParts(graph, input, model), blend.answer),
  ]);
  const best = graph.node('ArgMax', [contributions], { axis: { int: 1 }, keepdims: { int: 0 } });
  const most = graph.node('ReduceMax', [contributions], { axes: { ints: [1] }, keepdims: { int: 0 } });
  const isReason = graph.node('Greater', [most, graph.floats([LEAST_CONTRIBUTION], [1])]);
  return graph.node('Where', [isReason, best, graph.ints([-1], [1])]);
}

/** What each token adds to the log-odds of liking, the longer history counted: [B,H,K]. */
function addTasteParts(
  graph: OnnxGraph,
  input: ContributionInput,
  { model, weights }: { readonly model: PersonalisationModel; readonly weights: Value },
): Value {
  const { rows, values, known, places, length, factor } = input;
  const { columnCount } = model.weights;
  const one = graph.ints([1], [1]);
  const two = graph.ints([2], [1]);
  const column = graph.node('Min', [places, graph.ints([columnCount - 1], [1])]);
  const isPersonal = graph.node('Cast', [graph.node('Less', [places, graph.ints([columnCount], [1])])], {
    to: { int: 1 },
  });
  const size = graph.node('Concat', [...addSizes(graph, rows, places), one], { axis: { int: 0 } });
  const spread = (value: Value, axes: readonly number[]): Value =>
    graph.node('Expand', [graph.node('Unsqueeze', [value, graph.ints(axes, [2])]), size]);
  const at = graph.node('Concat', [spread(rows, [2, 3]), spread(column, [1, 3])], { axis: { int: 3 } });
  const own = graph.node('Mul', [
    graph.node('Mul', [graph.node('GatherND', [weights, at]), graph.node('Unsqueeze', [values, two])]),
    graph.node('Unsqueeze', [isPersonal, one]),
  ]);
  // factor · t − shorter · (t − own), shorter being the factor of the history without the token.
  const shorter = addTasteFactor(graph, graph.node('Sub', [length, known]), model);
  const stretch = graph.node('Unsqueeze', [graph.node('Sub', [factor, shorter]), two]);
  const whole = graph.node('Unsqueeze', [addPick(graph, input.taste, input), one]);
  return graph.node('Add', [
    graph.node('Mul', [stretch, whole]),
    graph.node('Mul', [own, graph.node('Unsqueeze', [shorter, two])]),
  ]);
}

/** What each token adds to the log-odds of answering through topics and languages: [B,H,K]. */
function addLiftParts(
  graph: OnnxGraph,
  { rows, slots, slotWeights, places, profile, lifts }: ContributionInput,
  { tokens, groups, priors }: PersonalisationModel,
): Value {
  const { mixing, scale, slotCount, combinationCount } = groups;
  const two = graph.ints([2], [1]);
  const bySlot = (of: Value): Value => graph.node('GatherElements', [of, slots], { axis: { int: 1 } });
  const scales = graph.node('Gather', [graph.floats(scale, [slotCount]), slots], { axis: { int: 0 } });
  const without = graph.node('Sub', [bySlot(profile), graph.node('Relu', [slotWeights])]);
  const lost = graph.node('Sub', [bySlot(lifts), addLift(graph, without, scales)]);

  const combinations = graph.ints(priors.combinations, [priors.combinations.length]);
  const combination = graph.node('Gather', [combinations, places], { axis: { int: 0 } });
  const lines = graph.node('Mul', [
    graph.node('Unsqueeze', [slots, two]),
    graph.ints([combinationCount], [1]),
  ]);
  const at = graph.node('Add', [lines, graph.node('Unsqueeze', [combination, graph.ints([1], [1])])]);
  const mixed = graph.node('Gather', [graph.floats(mixing, [slotCount * combinationCount]), at], {
    axis: { int: 0 },
  });
  const parts = graph.node('Mul', [mixed, graph.node('Unsqueeze', [lost, two])]);
  const [history, given] = addSizes(graph, rows, places);
  const ends = graph.node('Concat', [history, graph.ints([tokens.slotWidth], [1]), given], {
    axis: { int: 0 },
  });
  // Without the attribute a size of 0, that of a batch that asks for nothing, would mean "as before".
  const byToken = graph.node('Reshape', [parts, ends], { allowzero: { int: 1 } });
  return graph.node('ReduceSum', [byToken, two], { keepdims: { int: 0 } });
}

/** The sizes [B,H] and [K]. */
const addSizes = (graph: OnnxGraph, rows: Value, places: Value): [Value, Value] => [
  graph.node('Shape', [rows]),
  graph.node('Shape', [places], { start: { int: 1 } }),
];

/** Values of the polls given: [B,K]. */
const addPick = (graph: OnnxGraph, values: Value, { places }: ContributionInput): Value =>
  graph.node('GatherElements', [values, places], { axis: { int: 1 } });
