import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { HunchError } from '../domain/errors.js';
import type { Datatype, Tensor, TensorSpec } from '../open-inference/tensor.js';

export interface OnnxSessionOptions {
  /** Threads inside one operator; 1 by default, since requests side by side gain more than one request alone. */
  readonly threads?: number;
}

/** Element types of onnxruntime by datatype. Types that JSON can not carry exactly (FP16) are not served. */
const ELEMENT_TYPES = {
  BOOL: 'bool',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<Datatype, string>;

const DATATYPES: ReadonlyMap<string, Datatype> = new Map(
  (Object.keys(ELEMENT_TYPES) as Datatype[]).map((datatype) => [ELEMENT_TYPES[datatype], datatype]),
);

/**
 * A loaded ONNX file. Runs block the calling thread, one after the other; loading does too, tens of milliseconds for some
 * megabytes. A thread of its own for it would cost every request more than it saves: docs/adr/0007.
 * After `release` it may not be run again.
 */
export class OnnxSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(specOf);
    this.outputs = session.outputMetadata.map(specOf);
  }

  /** Rejects with code INVALID_MODEL, and the reason, where the file is missing, truncated or not servable. */
  static async load(path: string, { threads = 1 }: OnnxSessionOptions = {}): Promise<OnnxSession> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(path, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        // Faults come back as errors; onnxruntime does not write to standard error as well.
        logSeverityLevel: 4,
      });
    } catch (error) {
      throw new HunchError('INVALID_MODEL', `${path} is not a model that can be loaded: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    try {
      return new OnnxSession(session);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * The outputs named (all by default), in that order. Inputs are matched by name; each must be there, with the datatype and
   * rank of `inputs`. Rejects with BAD_USER_INPUT where the model refuses them, such as batches of different sizes.
   */
  async run(inputs: readonly Tensor[], outputNames?: readonly string[]): Promise<Tensor[]> {
    const feeds: Record<string, OrtTensor> = {};
    for (const input of inputs) feeds[input.name] = toOrt(input);
    const names = outputNames ?? this.#session.outputNames;
    let results: InferenceSession.OnnxValueMapType;
    try {
      results = await this.#session.run(feeds, names);
    } catch (error) {
      throw new HunchError('BAD_USER_INPUT', reasonOf(error), { cause: error });
    }
    return names.map((name) => fromOrt(name, results[name]));
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  const { name } = metadata;
  if (!metadata.isTensor) {
    throw new HunchError('INVALID_MODEL', `"${name}" is no tensor (a sequence or map), which is not served.`);
  }
  const datatype = DATATYPES.get(metadata.type);
  if (datatype === undefined) {
    const served = [...DATATYPES.keys()].join(', ');
    throw new HunchError('INVALID_MODEL', `"${name}" is of type ${metadata.type}; served are ${served}.`);
  }
  return { name, datatype, shape: metadata.shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

function toOrt({ datatype, data, shape }: Tensor): OrtTensor {
  // The constructor's overloads name each type with its array; the pair is right by the type of Tensor.
  return new OrtTensor(ELEMENT_TYPES[datatype] as 'float32', data as Float32Array, shape);
}

function fromOrt(name: string, value: OrtTensor | undefined): Tensor {
  const datatype = value === undefined ? undefined : DATATYPES.get(value.type);
  if (value === undefined || datatype === undefined) {
    throw new HunchError('INVALID_MODEL', `The model gave no servable tensor for its output "${name}".`);
  }
  return { name, datatype, shape: value.dims, data: value.data } as Tensor;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
