import { OnnxGraph } from '../onnx/onnx-graph.js';
import { addHistory } from './history-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addScores } from './score-nodes.js';

/**
 * The file `personalisation-ranking`: history [B,H] and candidates [B,C] in, score, answer and liking [B,C] out. A candidate the
 * model does not know gets what an unknown poll gets.
 */
export function writeRankingGraph(model: PersonalisationModel): Uint8Array {
  const graph = new OnnxGraph('personalisation-ranking');
  const history = graph.input('history', 'string', ['B', 'H']);
  const candidates = graph.input('candidates', 'string', ['B', 'C']);
  const scores = addScores(graph, addHistory(graph, history, model), { model });
  const places = graph.placeOf(candidates, model.polls);
  for (const name of ['score', 'answer', 'liking'] as const) {
    const picked = graph.node('GatherElements', [scores[name], places], { axis: { int: 1 } });
    graph.output(name, picked, { type: 'float', shape: ['B', 'C'] });
  }
  return graph.encode('Scores of given polls for users, from their history tokens.');
}
