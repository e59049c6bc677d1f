import { elementsToJson, type JsonTensor, tensorFromJson } from './json-tensor.js';
import { parseJsonText } from './json-text.js';
import { badRequest } from './protocol-fault.js';
import type { Tensor } from './tensor.js';

export interface InferResponse {
  readonly modelName: string;
  /** Null where the server does not tell. */
  readonly modelVersion: string | null;
  readonly id: string | null;
  readonly outputs: readonly Tensor[];
}

/** The JSON text of an answer, with the fields and their order as the KServe server has them. */
export function encodeInferResponse({ modelName, modelVersion, id, outputs }: InferResponse): string {
  const tensors = outputs.map(
    (tensor) =>
      `{"name":${JSON.stringify(tensor.name)},"shape":[${tensor.shape.join(',')}],"datatype":"${tensor.datatype}","parameters":null,"data":${elementsToJson(tensor)}}`,
  );
  return `{"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)},"id":${JSON.stringify(id)},"parameters":null,"outputs":[${tensors.join(',')}]}`;
}

/** Reads an answer of any V2 server. Throws JsonFault or ProtocolFault where it is none. */
export function parseInferResponse(body: Uint8Array): InferResponse {
  const json = parseJsonText(body) as Partial<Record<string, unknown>> | null;
  if (typeof json !== 'object' || json === null || !Array.isArray(json.outputs)) {
    throw badRequest('expected an answer with "outputs"');
  }
  const { model_name: modelName, model_version: modelVersion, id } = json;
  return {
    modelName: typeof modelName === 'string' ? modelName : '',
    modelVersion: typeof modelVersion === 'string' && modelVersion !== '' ? modelVersion : null,
    id: typeof id === 'string' ? id : null,
    outputs: json.outputs.map(readOutput),
  };
}

function readOutput(value: unknown): Tensor {
  const { name, datatype, shape, data } = (value ?? {}) as Partial<JsonTensor>;
  if (
    typeof name !== 'string' ||
    typeof datatype !== 'string' ||
    !Array.isArray(data) ||
    !Array.isArray(shape) ||
    !shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  ) {
    throw badRequest('expected outputs with name, datatype, shape and data');
  }
  return tensorFromJson({ name, datatype, shape, data }, `output '${name}'`);
}
