import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeInputs, parseInferRequest } from '../open-inference/infer-request.js';
import { encodeInferResponse } from '../open-inference/infer-response.js';
import { parseJsonText } from '../open-inference/json-text.js';
import { ProtocolFault } from '../open-inference/protocol-fault.js';
import { decodeInstances, encodePredictions, parseInstances } from '../open-inference/v1.js';
import { answerFault } from './answer-fault.js';
import type { ModelRepository } from './model-repository.js';
import type { PredictorMetrics } from './predictor-metrics.js';

export interface ModelParams {
  readonly name: string;
  readonly version?: string;
}
type ModelRequest = FastifyRequest<{ Params: ModelParams; Body: Buffer | undefined }>;
/** Gives the JSON text of a 200 answer, or throws. */
export type Answer = (request: ModelRequest, reply: FastifyReply) => Promise<string> | string;

/** What a path answers to; to other methods it answers 405. */
export interface Answers {
  readonly GET?: Answer;
  readonly POST?: Answer;
}
export type Route = (path: string, answers: Answers) => void;

export interface ProtocolOptions {
  readonly repository: ModelRepository;
  readonly figures: PredictorMetrics;
  readonly serverVersion: string;
  /** True once the server is on its way out: it answers, but is not ready for more. */
  readonly draining: () => boolean;
}

/**
 * The endpoints of the Open Inference Protocol V2 (REST, JSON) and of V1 over a model repository. Statuses and bodies are those
 * of the KServe Python server where it has the endpoint; versions and the repository index follow the protocol's text.
 */
export function protocolRoutes(route: Route, options: ProtocolOptions): void {
  healthRoutes(route, options);
  modelRoutes(route, options);
  repositoryRoutes(route, options.repository);
}

function healthRoutes(route: Route, { repository, serverVersion, draining }: ProtocolOptions): void {
  const models = JSON.stringify({ models: repository.names });
  const metadata = { name: 'hunch', version: serverVersion, extensions: ['model_repository_extension'] };
  route('/', { GET: () => '{"status":"alive"}' });
  route('/v2', { GET: () => JSON.stringify(metadata) });
  route('/v2/health/live', { GET: () => '{"live":true}' });
  const ready: Answer = (_request, reply) => {
    const isReady = repository.ready && !draining();
    if (!isReady) reply.code(503);
    return JSON.stringify({ ready: isReady });
  };
  route('/v2/health/ready', { GET: ready });
  route('/v1/models', { GET: () => models });
  route('/v2/models', { GET: () => models });
}

function modelRoutes(route: Route, options: ProtocolOptions): void {
  const { repository } = options;
  const ready: Answer = ({ params: { name, version } }) => {
    repository.find(name, version);
    if (options.draining()) throw new ProtocolFault(503, { error: `Model with name ${name} is not ready.` });
    return JSON.stringify({ name, ready: true });
  };
  const metadata: Answer = ({ params: { name, version } }) => {
    const { inputs, outputs, version: own } = repository.find(name, version);
    const versions = version === undefined ? repository.loadedVersions() : [own];
    return JSON.stringify({ name, versions, platform: 'onnx_onnxv1', inputs, outputs });
  };
  const infer = measured(options, async ({ params: { name, version }, body }) => {
    const { id, inputs, outputs: wanted } = parseInferRequest(body ?? Buffer.alloc(0));
    const model = repository.find(name, version);
    const outputs = await model.infer(decodeInputs(inputs, model), wanted);
    return encodeInferResponse({
      modelName: name,
      modelVersion: model.version,
      id: id ?? randomUUID(),
      outputs,
    });
  });
  for (const path of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    route(path, { GET: metadata });
    route(`${path}/ready`, { GET: ready });
    route(`${path}/infer`, { POST: infer });
  }

  const verbs: Answer = (request, reply) => {
    // The verb follows the name after a colon, which the router would take for a parameter's mark.
    const [, name = '', verb = ''] = /^(.*):([a-z]+)$/.exec(request.params.name) ?? [];
    request.params = { name };
    if (verb === 'predict') return predict(request, reply);
    repository.find(name);
    if (verb === 'explain') throw new ProtocolFault(501, { error: 'Could not find explainer_host.' });
    throw new ProtocolFault(404, { detail: 'Not Found' });
  };
  route('/v1/models/:name', { GET: ready, POST: verbs });
  const predict = measured(options, async ({ params: { name }, body }) => {
    const instances = parseInstances(body ?? Buffer.alloc(0));
    const model = repository.find(name);
    if (instances.length === 0) return '{"predictions":[]}';
    return encodePredictions(await model.infer(decodeInstances(instances, model), null));
  });
}

function repositoryRoutes(route: Route, repository: ModelRepository): void {
  const index: Answer = async ({ body }) => {
    const { ready = false } = optionsOf(body);
    const entries = await repository.index();
    return JSON.stringify(ready === true ? entries.filter(({ state }) => state === 'READY') : entries);
  };
  const load: Answer = async ({ params: { name }, body }) => {
    await repository.load(name, versionIn(body));
    return JSON.stringify({ name, load: true });
  };
  const unload: Answer = async ({ params: { name }, body }) => {
    await repository.unload(name, versionIn(body));
    return JSON.stringify({ name, unload: true });
  };
  route('/v2/repository/index', { POST: index });
  route('/v2/repository/models/:name/load', { POST: load });
  route('/v2/repository/models/:name/unload', { POST: unload });
}

/** Counts and times the answers of an inference endpoint. */
function measured({ figures, repository }: ProtocolOptions, answer: Answer): Answer {
  return async (request, reply) => {
    const startedAt = performance.now();
    // Names that are not served share a label: what comes in a path does not make series.
    const { name } = request.params;
    const model = repository.names.includes(name) ? name : 'unknown';
    try {
      const text = await answer(request, reply);
      figures.answered(model, 200, (performance.now() - startedAt) / 1000);
      return text;
    } catch (error) {
      figures.answered(model, answerFault(error).status, (performance.now() - startedAt) / 1000);
      throw error;
    }
  };
}

function optionsOf(body: Buffer | undefined): Readonly<Record<string, unknown>> {
  if (body === undefined || body.length === 0) return {};
  try {
    const json = parseJsonText(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch (error) {
    throw new ProtocolFault(400, { error: `Unrecognized request format: ${String(error)}` });
  }
}

/** `{"parameters": {"version": V}}`, as the repository extension passes options of a model. */
function versionIn(body: Buffer | undefined): string | undefined {
  const { parameters } = optionsOf(body) as { readonly parameters?: { readonly version?: unknown } | null };
  const version = parameters?.version;
  if (version === undefined || version === null) return undefined;
  if (typeof version === 'string' && version !== '') return version;
  throw new ProtocolFault(400, { error: 'parameters.version: expected the name of a version' });
}
