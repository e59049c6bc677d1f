import { HunchError } from '../../domain/errors.js';

/** Inputs of a model, in the words of the Open Inference Protocol. */
export type ModelInput =
  | {
      readonly name: string;
      readonly datatype: 'BYTES';
      readonly shape: readonly number[];
      readonly data: readonly string[];
    }
  | {
      readonly name: string;
      readonly datatype: 'INT64';
      readonly shape: readonly number[];
      readonly data: BigInt64Array;
    };

export interface ModelOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** A model file that can be asked. What runs it is handed in, so that learning needs no runtime. */
export interface ModelSession {
  run(inputs: readonly ModelInput[], outputNames?: readonly string[]): Promise<readonly ModelOutput[]>;
  release(): Promise<void>;
}

/** Loads a model file. Rejects with INVALID_MODEL where it can not be loaded. */
export type OpenModel = (path: string) => Promise<ModelSession>;

/** Rows of texts as one input, padded with "" to the longest; at least one wide, as the models want it. */
export function textInput(name: string, rows: readonly (readonly string[])[]): ModelInput {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 1);
  const data = rows.flatMap((row) => [...row, ...new Array<string>(width - row.length).fill('')]);
  return { name, datatype: 'BYTES', shape: [rows.length, width], data };
}

export function limitInput(limits: readonly number[]): ModelInput {
  return {
    name: 'limit',
    datatype: 'INT64',
    shape: [limits.length, 1],
    data: BigInt64Array.from(limits, BigInt),
  };
}

/** An output of numbers. Throws INVALID_MODEL where it is missing, of another size, or holds what is no finite number. */
export function numbersOf(outputs: readonly ModelOutput[], name: string, size: number): Float32Array {
  const output = outputs.find((candidate) => candidate.name === name);
  if (!(output?.data instanceof Float32Array) || output.data.length !== size) {
    const came = output === undefined ? 'none' : `${output.data.length} of another type or number`;
    throw new HunchError(
      'INVALID_MODEL',
      `The model must give ${size} FP32 numbers as "${name}"; it gave ${came}.`,
    );
  }
  const wrong = output.data.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new HunchError(
      'INVALID_MODEL',
      `The model gave ${wrong} as "${name}", where every number must be finite.`,
    );
  }
  return output.data;
}

/** An output of texts. Throws INVALID_MODEL where it is missing or of another type. */
export function textsOf(outputs: readonly ModelOutput[], name: string): readonly string[] {
  const data = outputs.find((candidate) => candidate.name === name)?.data;
  if (!Array.isArray(data)) {
    throw new HunchError('INVALID_MODEL', `The model must give texts as "${name}"; it gave none.`);
  }
  return data as readonly string[];
}
