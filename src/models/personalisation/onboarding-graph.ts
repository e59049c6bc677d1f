import { OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import { addTopPolls, NEVER } from '../onnx/top-polls-nodes.js';
import { atLeastOneFactor } from './at-least-one-factor.js';
import { addEvidence, addWholePosterior } from './evidence-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addChances, addForecast, addQuestions, type ForecastNodes } from './question-nodes.js';

/**
 * The file `personalisation-onboarding`: history [B,H], exclude [B,E] and limit [B,1] in; poll_id and score [B,K] out. The polls whose
 * votes would tell most about the user come first, as far as they are likely to be answered and liked:
 * score = (information of liking + answerInformation · that of answering) · answer^answerWeight · liking^likingWeight, 0 or more. Each vote makes the factors surer in its
 * direction, so that polls like it tell less from then on.
 */
export function writeOnboardingGraph(trained: PersonalisationModel): Uint8Array {
  const model = atLeastOneFactor(trained);
  const graph = new OnnxGraph('personalisation-onboarding');
  const history = graph.input('history', 'string', ['B', 'H']);
  const exclude = graph.input('exclude', 'string', ['B', 'E']);
  const limit = graph.input('limit', 'int64', ['B', 1]);
  const token = graph.placeOf(history, model.tokens.tokens);
  const posterior = addWholePosterior(graph, addEvidence(graph, token, model));
  const forecast = addForecast(graph, posterior, addQuestions(graph, model));
  const { liking, answer } = addChances(graph, forecast, model);
  const { answerWeight, likingWeight } = model.settings.onboarding;
  const power = (chance: Value, exponent: number): Value =>
    graph.node('Pow', [chance, graph.floats([exponent], [1])]);
  const appeal = graph.node('Mul', [power(answer, answerWeight), power(liking, likingWeight)]);
  const known = graph.node('Mul', [addInformation(graph, forecast, model), appeal]);
  const unknown = new Float32Array(model.polls.length + 1);
  unknown[model.polls.length] = NEVER;
  const score = graph.node('Add', [known, graph.floats(unknown, [unknown.length])]);
  addTopPolls(graph, score, { polls: model.polls, exclude, limit });
  return graph.encode('The polls whose votes would tell most about users, from their history tokens.');
}

/**
 * What the values of the questions would tell of the factors, in nats: ½ log(1 + v'Cv / noise), the information in a measurement
 * with Gaussian noise (Cover and Thomas, Elements of Information Theory, 9.1). 0 for polls without loadings.
 */
function addInformation(
  graph: OnnxGraph,
  { variance }: ForecastNodes,
  { liking, answer, settings }: PersonalisationModel,
): Value {
  const noises = [...liking.noises, ...answer.noises];
  const ratio = graph.node('Div', [variance, graph.floats(noises, [2, 1, liking.noises.length])]);
  const nats = graph.node('Mul', [
    graph.node('Relu', [graph.node('Log', [ratio])]),
    graph.floats([0.5, 0.5 * settings.onboarding.answerInformation], [2, 1, 1]),
  ]);
  return graph.node('ReduceSum', [nats, graph.ints([0], [1])], { keepdims: { int: 0 } });
}
