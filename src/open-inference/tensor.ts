/** The datatypes of the Open Inference Protocol V2 that are served, and how their elements lie in memory. */
export interface TensorElements {
  readonly BOOL: Uint8Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  /** Text, as UTF-8 on the wire. */
  readonly BYTES: readonly string[];
}
export type Datatype = keyof TensorElements;

/** A tensor of one datatype: elements in row-major order, `shape` without -1. */
export interface TensorOf<D extends Datatype> {
  readonly name: string;
  readonly datatype: D;
  readonly shape: readonly number[];
  readonly data: TensorElements[D];
}
export type Tensor = { [D in Datatype]: TensorOf<D> }[Datatype];

/** What a model says of an input or output: -1 stands for any size. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** The number of elements in a tensor of this shape; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);
