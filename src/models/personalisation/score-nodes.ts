import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import type { VoteNodes } from './covote-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** What is said of polls and depends on the user, each between 0 and 1; terms of the blend by the names of its weights. */
export interface ScoreTerms {
  readonly liking: Value;
  readonly answer: Value;
  readonly interest: Value;
  readonly covotes: Value;
}

/**
 * score = blend of liking, answer, interest, co-votes and popularity with the weights of the model, of every poll and of an unknown
 * one: [B,N+1]. Each vote of the history takes its part of the weight of popularity, which is for strangers. `unknownOffset`
 * is added to the score of unknown polls, which must not win where only known ones are wanted.
 */
export function addScore(
  graph: OnnxGraph,
  terms: ScoreTerms,
  {
    model,
    votes,
    unknownOffset = 0,
  }: {
    readonly model: PersonalisationModel;
    readonly votes: VoteNodes;
    readonly unknownOffset?: number;
  },
): Value {
  const { priors, polls, settings, blend } = model;
  const ofStranger = priors.popularity.map((value) => value * blend.popularity);
  const count = graph.node('ReduceSum', [votes.isVote, graph.ints([1], [1])], { keepdims: { int: 1 } });
  const kept = graph.node('Pow', [graph.floats([settings.popularityKept], [1, 1]), count]);
  const offsets = new Float32Array(polls.length + 1);
  offsets[polls.length] = unknownOffset;
  return [
    graph.node('Mul', [kept, graph.floats(ofStranger, [ofStranger.length])]),
    graph.floats(offsets, [offsets.length]),
  ].reduce((sum, term) => graph.node('Add', [sum, term]), addBlend(graph, terms, model));
}

/** The sum of the terms, or of changes of these, each times its weight; popularity, which is the same for all users, left out. */
export function addBlend(graph: OnnxGraph, terms: ScoreTerms, { blend }: PersonalisationModel): Value {
  const weighted = (['liking', 'answer', 'interest', 'covotes'] as const).map((term) =>
    graph.node('Mul', [terms[term], graph.floats([blend[term]], [1])]),
  );
  return weighted.reduce((sum, term) => graph.node('Add', [sum, term]));
}
