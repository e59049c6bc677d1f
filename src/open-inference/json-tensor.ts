import { badRequest } from './protocol-fault.js';
import { type Datatype, elementCount, type Tensor, type TensorElements } from './tensor.js';

/** A tensor as JSON carries it: flat, or nested by dimension; nothing is checked beyond the fields being there. */
export interface JsonTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

type Elements = { [D in Datatype]: (flat: readonly unknown[], label: string) => TensorElements[D] };

const ELEMENTS: Elements = {
  BOOL: (flat, label) => fill(new Uint8Array(flat.length), flat, (value) => Number(boolean(value, label))),
  INT8: (flat, label) => fill(new Int8Array(flat.length), flat, whole(-128, 127, label)),
  INT16: (flat, label) => fill(new Int16Array(flat.length), flat, whole(-32_768, 32_767, label)),
  INT32: (flat, label) =>
    fill(new Int32Array(flat.length), flat, whole(-2_147_483_648, 2_147_483_647, label)),
  UINT8: (flat, label) => fill(new Uint8Array(flat.length), flat, whole(0, 255, label)),
  UINT16: (flat, label) => fill(new Uint16Array(flat.length), flat, whole(0, 65_535, label)),
  UINT32: (flat, label) => fill(new Uint32Array(flat.length), flat, whole(0, 4_294_967_295, label)),
  INT64: (flat, label) => {
    const read = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, label);
    return BigInt64Array.from(flat, (value) => BigInt(read(value)));
  },
  UINT64: (flat, label) => {
    const read = whole(0, Number.MAX_SAFE_INTEGER, label);
    return BigUint64Array.from(flat, (value) => BigInt(read(value)));
  },
  FP32: (flat, label) => fill(new Float32Array(flat.length), flat, (value) => float(value, label)),
  FP64: (flat, label) => fill(new Float64Array(flat.length), flat, (value) => float(value, label)),
  BYTES: (flat, label) => {
    for (const value of flat) {
      if (typeof value !== 'string')
        throw badRequest(`${label}: expected strings, got ${JSON.stringify(value)}`);
    }
    return flat as readonly string[];
  },
};

export const isDatatype = (text: string): text is Datatype => Object.hasOwn(ELEMENTS, text);

/**
 * The tensor that `json` describes. Throws ProtocolFault (400) where the datatype is unknown, an element is not of it, or the
 * data do not fill the shape. `label` names the tensor in messages, such as `input 'history'`. Whole numbers beyond 2^53,
 * which JSON.parse has rounded already, are refused rather than changed.
 */
export function tensorFromJson({ name, datatype, shape, data }: JsonTensor, label: string): Tensor {
  if (!isDatatype(datatype)) throw badRequest(`${label} has the unknown datatype ${datatype}`);
  const flat = Array.isArray(data[0]) ? flatten(data, shape, label) : data;
  if (flat.length !== elementCount(shape)) {
    throw badRequest(`${label}: cannot reshape array of size ${flat.length} into shape ${tuple(shape)}`);
  }
  return { name, datatype, shape, data: ELEMENTS[datatype](flat, label) } as Tensor;
}

/** The elements as JSON text, flat. Numbers that are not finite become null. */
export function elementsToJson({ datatype, data }: Tensor): string {
  if (datatype === 'BYTES') return JSON.stringify(data);
  if (datatype === 'BOOL') return `[${Array.from(data, (value) => value !== 0).join(',')}]`;
  const text = `[${data.join(',')}]`;
  // Only NaN and Infinity hold a capital letter.
  return /[NI]/.test(text) ? text.replace(/-?Infinity|NaN/g, 'null') : text;
}

function flatten(data: readonly unknown[], shape: readonly number[], label: string): unknown[] {
  const flat: unknown[] = [];
  const visit = (part: unknown, depth: number): void => {
    if (depth === shape.length) {
      flat.push(part);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[depth]) {
      throw badRequest(`${label}: nested data do not have the shape ${tuple(shape)}`);
    }
    for (const inner of part) visit(inner, depth + 1);
  };
  visit(data, 0);
  return flat;
}

function fill<T extends { [index: number]: number }>(
  target: T,
  flat: readonly unknown[],
  read: (value: unknown) => number,
): T {
  for (let n = 0; n < flat.length; n++) target[n] = read(flat[n]);
  return target;
}

function float(value: unknown, label: string): number {
  if (typeof value === 'number') return value;
  throw badRequest(`${label}: could not convert ${kind(value)} to float: ${quoted(value)}`);
}

function whole(least: number, most: number, label: string): (value: unknown) => number {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    throw badRequest(`${label}: expected whole numbers from ${least} to ${most}, got ${quoted(value)}`);
  };
}

function boolean(value: unknown, label: string): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  throw badRequest(`${label}: expected true or false, got ${quoted(value)}`);
}

const kind = (value: unknown): string => (typeof value === 'string' ? 'string' : 'value');
const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));
/** A shape as Python prints a tuple: `(3,4)`, `(3,)`. */
const tuple = (shape: readonly number[]): string => `(${shape.join(',')}${shape.length === 1 ? ',' : ''})`;
