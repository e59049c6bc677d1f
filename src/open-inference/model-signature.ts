import type { OipModelName } from '../domain/model.js';
import { badRequest } from './protocol-fault.js';
import type { Datatype, Tensor, TensorSpec } from './tensor.js';

/** An input or output of a known model: dimensions of the same letter are of the same size. */
export interface SignatureTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** `B` comes first: the rows, which do not influence each other. `K` is the largest `limit`, clamped to the catalogue. */
  readonly dimensions: readonly ['B', 'H' | 'E' | 'C' | 'S' | 'K' | 1];
}

export interface ModelSignature {
  readonly inputs: readonly SignatureTensor[];
  readonly outputs: readonly SignatureTensor[];
  /** Outputs that are read where a model gives them. */
  readonly optionalOutputs?: readonly SignatureTensor[];
}

const tensor = (
  name: string,
  datatype: Datatype,
  second: SignatureTensor['dimensions'][1],
): SignatureTensor => ({ name, datatype, dimensions: ['B', second] });

/** The models that this service trains and asks. Rows shorter than the tensor are padded with "". */
export const MODEL_SIGNATURES: Readonly<Record<OipModelName, ModelSignature>> = {
  personalisation: {
    inputs: [tensor('history', 'BYTES', 'H'), tensor('exclude', 'BYTES', 'E'), tensor('limit', 'INT64', 1)],
    outputs: [tensor('poll_id', 'BYTES', 'K'), tensor('score', 'FP32', 'K'), tensor('because', 'BYTES', 'K')],
    optionalOutputs: [tensor('because_weight', 'FP32', 'K')],
  },
  'personalisation-ranking': {
    inputs: [tensor('history', 'BYTES', 'H'), tensor('candidates', 'BYTES', 'C')],
    outputs: [tensor('score', 'FP32', 'C'), tensor('answer', 'FP32', 'C'), tensor('liking', 'FP32', 'C')],
  },
  'personalisation-onboarding': {
    inputs: [tensor('history', 'BYTES', 'H'), tensor('exclude', 'BYTES', 'E'), tensor('limit', 'INT64', 1)],
    outputs: [tensor('poll_id', 'BYTES', 'K'), tensor('score', 'FP32', 'K')],
  },
  popular: {
    inputs: [tensor('segment', 'BYTES', 'S'), tensor('exclude', 'BYTES', 'E'), tensor('limit', 'INT64', 1)],
    outputs: [tensor('poll_id', 'BYTES', 'K'), tensor('score', 'FP32', 'K')],
  },
};

/** The signature of a model that has one; null for a model of another name. */
export const signatureOf = (name: string): ModelSignature | null =>
  Object.hasOwn(MODEL_SIGNATURES, name) ? MODEL_SIGNATURES[name as OipModelName] : null;

/** What a signature says of an output; undefined for one that it does not know. */
export const outputOf = (
  { outputs, optionalOutputs = [] }: ModelSignature,
  name: string,
): SignatureTensor | undefined => [...outputs, ...optionalOutputs].find((output) => output.name === name);

/** What keeps a model from being asked by its signature; empty where nothing does. Outputs beyond it do no harm. */
export function signatureFaults(
  model: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] },
  signature: ModelSignature,
): string[] {
  const names = new Set(signature.inputs.map(({ name }) => name));
  return [
    ...signature.inputs.flatMap((wanted) => tensorFaults('input', wanted, model.inputs)),
    ...model.inputs
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `has an input "${name}" too many`),
    ...signature.outputs.flatMap((wanted) => tensorFaults('output', wanted, model.outputs)),
  ];
}

/** Throws ProtocolFault (400) where inputs differ in their number of rows: broadcasting would answer something that nobody asked. */
export function checkRows(inputs: readonly Tensor[]): void {
  const rows = new Set(inputs.map(({ shape }) => shape[0]));
  if (rows.size <= 1) return;
  const each = inputs.map(({ name, shape }) => `'${name}' ${shape[0]}`);
  throw badRequest(`inputs have different numbers of rows: ${each.join(', ')}`);
}

function tensorFaults(kind: string, wanted: SignatureTensor, specs: readonly TensorSpec[]): string[] {
  const spec = specs.find(({ name }) => name === wanted.name);
  if (spec === undefined) return [`has no ${kind} "${wanted.name}"`];
  const faults: string[] = [];
  if (spec.datatype !== wanted.datatype) {
    faults.push(`${kind} "${wanted.name}" is ${spec.datatype}, expected ${wanted.datatype}`);
  }
  // A free dimension of the signature must be free in the model; graphs may leave a fixed one open.
  const fits =
    spec.shape.length === 2 &&
    wanted.dimensions.every((size, n) => spec.shape[n] === -1 || spec.shape[n] === size);
  if (!fits) {
    faults.push(
      `${kind} "${wanted.name}" has the shape [${spec.shape.join(', ')}], expected [${wanted.dimensions.join(', ')}]`,
    );
  }
  return faults;
}
