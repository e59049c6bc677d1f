import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import { addCovoteParts, type CovoteNodes } from './covote-nodes.js';
import { addLift, type InterestNodes } from './interest-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import type { PosteriorNodes } from './posterior-nodes.js';
import {
  addChances,
  addForecast,
  type ChanceNodes,
  pickQuestions,
  type QuestionNodes,
} from './question-nodes.js';
import { addBlend } from './score-nodes.js';

/** What contributions are computed from, for any number of rows: H tokens, W slots a token, L polls given. */
export interface ContributionInput extends Omit<InterestNodes, 'interest'> {
  /** Places of the polls given: [B,L]. */
  readonly places: Value;
  /** covote-nodes.ts: [B,H] each. */
  readonly votes: Value;
  readonly shares: Value;
}

export interface LearntNodes {
  readonly model: PersonalisationModel;
  /** Of all polls. */
  readonly questions: QuestionNodes;
  readonly covotes: Pick<CovoteNodes, 'table'>;
}

/** The best token of each poll given, [B,L] each. */
export interface BestTokens {
  /** Its place in the history, or -1 where no token lifts the score. */
  readonly place: Value;
  /** What the score loses without it, or 0. */
  readonly loss: Value;
}

/** A smaller difference is rounding. */
const LEAST_LOSS = 1e-5;

/** The end of an axis, whatever its size. */
const END = 2 ** 31 - 1;

/**
 * The token of the history without which each poll's score would be lowest. The loss is that of the model itself: the score less
 * what the history without the token would give, a token that is there twice staying once. Of co-votes, which are a sum over
 * the history, it is the token's part. Two things are left out: that popularity would count more, which is the same for all votes, and
 * what a pass or skip takes from a topic, since it is no reason for a poll of another one. `posteriors` [B,1+H,…] are those of
 * the whole history and of the history without each token.
 */
export function addBestTokens(
  graph: OnnxGraph,
  { input, posteriors }: { readonly input: ContributionInput; readonly posteriors: PosteriorNodes },
  learnt: LearntNodes,
): BestTokens {
  const lost = {
    ...addChanceLosses(graph, { places: input.places, posteriors }, learnt),
    interest: addInterestLosses(graph, input, learnt.model),
    covotes: addCovoteParts(graph, input, learnt),
  };
  const losses = addBlend(graph, lost, learnt.model);
  const best = graph.node('ArgMax', [losses], { axis: { int: 1 }, keepdims: { int: 0 } });
  const most = graph.node('ReduceMax', [losses], { axes: { ints: [1] }, keepdims: { int: 0 } });
  const isReason = graph.node('Greater', [most, graph.floats([LEAST_LOSS], [1])]);
  return {
    place: graph.node('Where', [isReason, best, graph.ints([-1], [1])]),
    loss: graph.node('Where', [isReason, most, graph.floats([0], [1])]),
  };
}

/** What liking and answer lose without each token, [B,H,L] each. */
function addChanceLosses(
  graph: OnnxGraph,
  { places, posteriors }: { readonly places: Value; readonly posteriors: PosteriorNodes },
  { model, questions }: LearntNodes,
): ChanceNodes {
  const picked = pickQuestions(graph, questions, places);
  const chances = addChances(graph, addForecast(graph, posteriors, picked), model);
  const loss = (chance: Value): Value => {
    const slice = (from: number, to: number): Value =>
      graph.node('Slice', [chance, ...[from, to, 1].map((number) => graph.ints([number], [1]))]);
    return graph.node('Sub', [slice(0, 1), slice(1, END)]);
  };
  return { liking: loss(chances.liking), answer: loss(chances.answer) };
}

/** What interest loses without each token: [B,H,L]. */
function addInterestLosses(graph: OnnxGraph, input: ContributionInput, model: PersonalisationModel): Value {
  const combinations = graph.ints(model.priors.combinations, [model.priors.combinations.length]);
  const combination = graph.node('Gather', [combinations, input.places], { axis: { int: 0 } });
  const own = graph.node('GatherElements', [input.logits, combination], { axis: { int: 1 } });
  const whole = graph.node('Unsqueeze', [own, graph.ints([1], [1])]);
  const parts = addLogitParts(graph, { ...input, combination }, model);
  const without = graph.node('Sigmoid', [graph.node('Sub', [whole, parts])]);
  return graph.node('Sub', [graph.node('Sigmoid', [whole]), without]);
}

/** What each token adds to the log-odds of interest: [B,H,L]. */
function addLogitParts(
  graph: OnnxGraph,
  { slots, slotWeights, profile, lifts, combination }: ContributionInput & { readonly combination: Value },
  { tokens, groups }: PersonalisationModel,
): Value {
  const { mixing, scale, slotCount, combinationCount } = groups;
  const two = graph.ints([2], [1]);
  const bySlot = (of: Value): Value => graph.node('GatherElements', [of, slots], { axis: { int: 1 } });
  const scales = graph.node('Gather', [graph.floats(scale, [slotCount]), slots], { axis: { int: 0 } });
  const without = graph.node('Sub', [bySlot(profile), graph.node('Relu', [slotWeights])]);
  const lost = graph.node('Sub', [bySlot(lifts), addLift(graph, without, scales)]);

  const lines = graph.node('Mul', [
    graph.node('Unsqueeze', [slots, two]),
    graph.ints([combinationCount], [1]),
  ]);
  const at = graph.node('Add', [lines, graph.node('Unsqueeze', [combination, graph.ints([1], [1])])]);
  const mixed = graph.node('Gather', [graph.floats(mixing, [slotCount * combinationCount]), at], {
    axis: { int: 0 },
  });
  const parts = graph.node('Mul', [mixed, graph.node('Unsqueeze', [lost, two])]);
  const [rows, all, given] = [
    graph.node('Shape', [slots], { end: { int: 1 } }),
    graph.node('Shape', [slots], { start: { int: 1 } }),
    graph.node('Shape', [combination], { start: { int: 1 } }),
  ];
  const width = graph.ints([tokens.slotWidth], [1]);
  const ends = graph.node('Concat', [rows, graph.node('Div', [all, width]), width, given], {
    axis: { int: 0 },
  });
  // Without the attribute a size of 0, that of a batch that asks for nothing, would mean "as before".
  const byToken = graph.node('Reshape', [parts, ends], { allowzero: { int: 1 } });
  return graph.node('ReduceSum', [byToken, two], { keepdims: { int: 0 } });
}
