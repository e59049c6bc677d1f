import { OnnxGraph } from '../onnx/onnx-graph.js';
import { addTopPolls } from '../onnx/top-polls-nodes.js';
import { addHistory } from './history-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addReasons } from './reason-nodes.js';
import { addScores } from './score-nodes.js';

/** Sinks the score of unknown polls below that of any known one, so that they are never given out. */
const NEVER = -100;

/** The file `personalisation`: history [B,H], exclude [B,E] and limit [B,1] in; poll_id, score and because [B,K] out. */
export function writeTopPollsGraph(model: PersonalisationModel): Uint8Array {
  const graph = new OnnxGraph('personalisation');
  const history = graph.input('history', 'string', ['B', 'H']);
  const exclude = graph.input('exclude', 'string', ['B', 'E']);
  const limit = graph.input('limit', 'int64', ['B', 1]);
  const read = addHistory(graph, history, model);
  const scores = addScores(graph, read, { model, unknownPopularity: NEVER });
  const top = addTopPolls(graph, scores.score, { polls: model.polls, exclude, limit });
  addReasons(graph, { model, history, read, scores, top });
  return graph.encode('The best polls for users, from their history tokens.');
}
