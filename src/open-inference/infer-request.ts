import { checkInferRequestForm } from './infer-request-form.js';
import { elementsToJson, type JsonTensor, tensorFromJson } from './json-tensor.js';
import { JsonFault, parseJsonText } from './json-text.js';
import { badForm, badRequest } from './protocol-fault.js';
import type { Tensor, TensorSpec } from './tensor.js';

/** A V2 infer request as it came: its form is right, its tensors are not looked at yet. */
export interface InferRequest {
  /** Null: the server makes one. */
  readonly id: string | null;
  readonly inputs: readonly JsonTensor[];
  /** The outputs wanted, in this order; null for all. */
  readonly outputs: readonly string[] | null;
}

/** The part of a model that requests are checked against. */
export interface ModelSpec {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Throws ProtocolFault (422) for text that is no JSON, or no infer request. Fields that are not known are passed over. */
export function parseInferRequest(body: Uint8Array): InferRequest {
  const json = parseBody(body);
  checkInferRequestForm(json);
  const { id, inputs, outputs } = json as RequestJson;
  return {
    id: id || null,
    inputs,
    outputs: outputs && outputs.length > 0 ? outputs.map(({ name }) => name) : null,
  };
}

/** What the check of the form has found to be there. */
interface RequestJson {
  readonly id?: string | null;
  readonly inputs: readonly JsonTensor[];
  readonly outputs?: readonly { readonly name: string }[] | null;
}

/**
 * The inputs of a request as tensors that the model takes: each input it has, no other, of its datatype and shape.
 * Throws ProtocolFault (400) with what is wrong.
 */
export function decodeInputs(inputs: readonly JsonTensor[], model: ModelSpec): Tensor[] {
  const tensors = inputs.map((input) => {
    const expected = model.inputs.find(({ name }) => name === input.name);
    if (expected === undefined)
      throw badRequest(`unexpected input '${input.name}' for model '${model.name}'`);
    if (expected.datatype !== input.datatype) {
      throw badRequest(
        `input '${input.name}' has datatype ${input.datatype}, model '${model.name}' expects ${expected.datatype}`,
      );
    }
    return tensorFromJson(input, `input '${input.name}'`);
  });
  checkInputs(tensors, model);
  return tensors;
}

/** Checks names and shapes; throws ProtocolFault (400). */
export function checkInputs(tensors: readonly Tensor[], model: ModelSpec): void {
  for (const spec of model.inputs) {
    const given = tensors.filter(({ name }) => name === spec.name);
    const [tensor] = given;
    if (tensor === undefined) throw badRequest(`missing input '${spec.name}' for model '${model.name}'`);
    if (given.length > 1) throw badRequest(`input '${spec.name}' is given ${given.length} times`);
    const fits =
      tensor.shape.length === spec.shape.length &&
      spec.shape.every((size, n) => size === -1 || size === tensor.shape[n]);
    if (!fits) {
      throw badRequest(
        `input '${spec.name}' has shape ${list(tensor.shape)}, model '${model.name}' expects ${list(spec.shape)}`,
      );
    }
  }
}

/** Checks that the model has the outputs; throws ProtocolFault (400). */
export function checkOutputs(outputs: readonly string[], model: ModelSpec): void {
  const unknown = outputs.find((wanted) => !model.outputs.some(({ name }) => name === wanted));
  if (unknown !== undefined) {
    throw badRequest(`Unexpected inference output '${unknown}' for model '${model.name}'`);
  }
}

/** The JSON text of a request. */
export function encodeInferRequest(inputs: readonly Tensor[], id?: string): string {
  const tensors = inputs.map(
    (tensor) =>
      `{"name":${JSON.stringify(tensor.name)},"shape":[${tensor.shape.join(',')}],"datatype":"${tensor.datatype}","data":${elementsToJson(tensor)}}`,
  );
  return `{${id === undefined ? '' : `"id":${JSON.stringify(id)},`}"inputs":[${tensors.join(',')}]}`;
}

function parseBody(body: Uint8Array): unknown {
  try {
    return parseJsonText(body);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw badForm([
      {
        type: 'json_invalid',
        loc: ['body', error.position],
        msg: 'JSON decode error',
        input: {},
        ctx: { error: error.reason },
      },
    ]);
  }
}

/** A shape as Python prints a list: `[4, 2]`. */
const list = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
