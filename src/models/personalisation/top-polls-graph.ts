import { OnnxGraph } from '../onnx/onnx-graph.js';
import { addTopPolls, NEVER } from '../onnx/top-polls-nodes.js';
import { atLeastOneFactor } from './at-least-one-factor.js';
import { addCovotes, addVotes } from './covote-nodes.js';
import { addEvidence, addPosteriors } from './evidence-nodes.js';
import { addInterest } from './interest-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { posteriorAt } from './posterior-nodes.js';
import { addChances, addForecast, addQuestions } from './question-nodes.js';
import { addReasons } from './reason-nodes.js';
import { addScore } from './score-nodes.js';

/**
 * The file `personalisation`: history [B,H], newest last, exclude [B,E] and limit [B,1] in; poll_id, score, because and because_weight [B,K] out. The
 * weight is what the score loses without the token named by `because`, 0 where there is none.
 */
export function writeTopPollsGraph(trained: PersonalisationModel): Uint8Array {
  const model = atLeastOneFactor(trained);
  const graph = new OnnxGraph('personalisation');
  const history = graph.input('history', 'string', ['B', 'H']);
  const exclude = graph.input('exclude', 'string', ['B', 'E']);
  const limit = graph.input('limit', 'int64', ['B', 1]);
  const token = graph.placeOf(history, model.tokens.tokens);
  const evidence = addEvidence(graph, token, model);
  const posteriors = addPosteriors(graph, evidence);
  const questions = addQuestions(graph, model);
  const forecast = addForecast(graph, posteriorAt(graph, posteriors, 0), questions);
  const chances = addChances(graph, forecast, model);
  const interests = addInterest(graph, token, model);
  const votes = addVotes(graph, token, model);
  const covotes = addCovotes(graph, votes, model);
  const terms = { ...chances, interest: interests.interest, covotes: covotes.covotes };
  const score = addScore(graph, terms, { model, votes, unknownOffset: NEVER });
  const top = addTopPolls(graph, score, { polls: model.polls, exclude, limit });
  addReasons(graph, { model, history, evidence, posteriors, questions, interests, covotes, top });
  return graph.encode('The best polls for users, from their history tokens.');
}
