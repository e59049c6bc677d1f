import type { ModelSpec } from './infer-request.js';
import { checkInputs } from './infer-request.js';
import { tensorFromJson } from './json-tensor.js';
import { JsonFault, parseJsonText } from './json-text.js';
import { badRequest } from './protocol-fault.js';
import type { Tensor, TensorSpec } from './tensor.js';

/**
 * The rows of a V1 request, `{"instances": [{input: value}, …]}`; bare values where the model has one input.
 * Throws ProtocolFault (400) for text that is no JSON or has no list of instances.
 */
export function parseInstances(body: Uint8Array): readonly unknown[] {
  let json: unknown;
  try {
    json = parseJsonText(body);
  } catch (error) {
    if (error instanceof JsonFault) throw badRequest(`Unrecognized request format: ${jsonReason(error)}`);
    throw error;
  }
  const instances = (json as { readonly instances?: unknown } | null)?.instances;
  if (!Array.isArray(instances)) throw badRequest('Expected "instances" to be a list');
  return instances;
}

/** The rows as the model's inputs; there is at least one row. All rows of an input are of one shape. Throws ProtocolFault (400). */
export function decodeInstances(instances: readonly unknown[], model: ModelSpec): Tensor[] {
  const tensors = model.inputs.map((spec) => {
    const data = columnOf(instances, spec, model);
    const shape = shapeOf(data);
    // A value where the model wants rows of one: [B] for [B,1].
    if (shape.length === spec.shape.length - 1 && spec.shape.at(-1) === 1) {
      const rows = data.map((value) => [value]);
      return tensorFromJson({ ...spec, shape: [...shape, 1], data: rows }, `input '${spec.name}'`);
    }
    return tensorFromJson({ ...spec, shape, data }, `input '${spec.name}'`);
  });
  checkInputs(tensors, model);
  return tensors;
}

/** The answer to a V1 request: a row of outputs by name for each instance; bare values where the model has one output. */
export function encodePredictions(outputs: readonly Tensor[]): string {
  const columns = outputs.map((output) => ({ name: output.name, rows: rowsOf(output) }));
  const [only] = columns;
  if (columns.length === 1) return JSON.stringify({ predictions: only?.rows });
  const predictions = (only?.rows ?? []).map((_, n) =>
    Object.fromEntries(columns.map(({ name, rows }) => [name, rows[n]])),
  );
  return JSON.stringify({ predictions });
}

function columnOf(instances: readonly unknown[], { name }: TensorSpec, model: ModelSpec): unknown[] {
  if (model.inputs.length === 1 && !isRecord(instances[0])) return [...instances];
  return instances.map((instance) => {
    if (!isRecord(instance)) throw badRequest(`each instance must be an object with '${name}'`);
    const value = instance[name];
    if (value === undefined) throw badRequest(`missing input '${name}' for model '${model.name}'`);
    return value;
  });
}

/** The shape that the first elements show; whether the others agree is found when the data are flattened. */
function shapeOf(data: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let part: unknown = data; Array.isArray(part); part = part[0]) shape.push(part.length);
  return shape;
}

function rowsOf({ datatype, shape, data }: Tensor): unknown[] {
  const values = Array.from<unknown>(data as ArrayLike<unknown>).map((value) => {
    if (datatype === 'BOOL') return value === 1;
    return typeof value === 'bigint' ? Number(value) : value;
  });
  return nest(values, shape);
}

function nest(values: readonly unknown[], shape: readonly number[]): unknown[] {
  const [rows = 0, ...inner] = shape;
  if (inner.length === 0) return [...values];
  const size = values.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, n) => nest(values.slice(n * size, (n + 1) * size), inner));
}

/** What orjson says of the faults that parseJsonText words as Python's own parser does. */
function jsonReason({ position, reason }: JsonFault): string {
  const text = reason.startsWith('Expecting property name')
    ? 'unexpected character, expected a string key'
    : 'unexpected character';
  return `${text}: line 1 column ${position + 1} (char ${position})`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
