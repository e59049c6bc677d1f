import { OnnxGraph } from '../onnx/onnx-graph.js';
import { atLeastOneFactor } from './at-least-one-factor.js';
import { addCovotes, addVotes } from './covote-nodes.js';
import { addEvidence, addWholePosterior } from './evidence-nodes.js';
import { addInterest } from './interest-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addChances, addForecast, addQuestions } from './question-nodes.js';
import { addScore } from './score-nodes.js';

/**
 * The file `personalisation-ranking`: history [B,H], newest last, and candidates [B,C] in, score, answer and liking [B,C] out. A candidate the
 * model does not know gets what an unknown poll gets.
 */
export function writeRankingGraph(trained: PersonalisationModel): Uint8Array {
  const model = atLeastOneFactor(trained);
  const graph = new OnnxGraph('personalisation-ranking');
  const history = graph.input('history', 'string', ['B', 'H']);
  const candidates = graph.input('candidates', 'string', ['B', 'C']);
  const token = graph.placeOf(history, model.tokens.tokens);
  const posterior = addWholePosterior(graph, addEvidence(graph, token, model));
  const forecast = addForecast(graph, posterior, addQuestions(graph, model));
  const chances = addChances(graph, forecast, model);
  const { interest } = addInterest(graph, token, model);
  const votes = addVotes(graph, token, model);
  const { covotes } = addCovotes(graph, votes, model);
  const score = addScore(graph, { ...chances, interest, covotes }, { model, votes });
  const outputs = { score, ...chances };
  const places = graph.placeOf(candidates, model.polls);
  for (const name of ['score', 'answer', 'liking'] as const) {
    const picked = graph.node('GatherElements', [outputs[name], places], { axis: { int: 1 } });
    graph.output(name, picked, { type: 'float', shape: ['B', 'C'] });
  }
  return graph.encode('Scores of given polls for users, from their history tokens.');
}
