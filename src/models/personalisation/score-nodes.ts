import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';
import { type AnswerNodes, addAnswer } from './answer-nodes.js';
import type { HistoryNodes } from './history-nodes.js';
import { addLiking, type LikingNodes } from './liking-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';

/** What is said of every poll of the model, and of one more that stands for any unknown poll: [B,N+1]. */
export interface ScoreNodes {
  readonly liking: Value;
  readonly answer: Value;
  readonly score: Value;
  /** How liking and answer came about. */
  readonly likingParts: LikingNodes;
  readonly answerParts: AnswerNodes;
}

/**
 * liking and answer are chances, σ of their log-odds; score = blend of liking, answer and popularity with the weights of
 * the settings. `unknownPopularity` replaces the popularity of unknown polls, whose score must not win where only
 * known ones are wanted.
 */
export function addScores(
  graph: OnnxGraph,
  history: HistoryNodes,
  {
    model,
    unknownPopularity = 0,
  }: { readonly model: PersonalisationModel; readonly unknownPopularity?: number },
): ScoreNodes {
  const { priors, polls, settings } = model;
  const likingParts = addLiking(graph, history, model);
  const answerParts = addAnswer(graph, history, model);
  const liking = graph.node('Sigmoid', [likingParts.logits]);
  const answer = graph.node('Sigmoid', [answerParts.logits]);
  const popularity = Float32Array.from(priors.popularity);
  popularity[polls.length] = unknownPopularity;
  const { blend } = settings;
  const chances = graph.node('Add', [
    graph.node('Mul', [liking, graph.floats([blend.liking], [1])]),
    graph.node('Mul', [answer, graph.floats([blend.answer], [1])]),
  ]);
  const weighted = popularity.map((value) => value * blend.popularity);
  const score = graph.node('Add', [chances, graph.floats(weighted, [polls.length + 1])]);
  return { liking, answer, score, likingParts, answerParts };
}
