import { type ModelSignature, outputOf, type SignatureTensor } from './model-signature.js';
import type { Tensor, TensorOf } from './tensor.js';

/** The most rows of one joined request. */
const MAX_ROWS = 64;
/** The most elements of one joined input, padding included: one long row does not make many short ones as long. */
const MAX_ELEMENTS = 65_536;

/** A request of one or more rows for a model of a known signature: its inputs, in the order of the signature. */
export type RowRequest = readonly Tensor[];

/**
 * Parts `requests` into groups that are worth sending as one, in order: bounded in rows and in padded size.
 * A request that is larger than the bounds is a group of its own.
 */
export function groupRequests<T>(requests: readonly T[], inputsOf: (request: T) => RowRequest): T[][] {
  const groups: T[][] = [];
  let group: T[] = [];
  let rows = 0;
  let widths: number[] = [];
  for (const request of requests) {
    const inputs = inputsOf(request);
    const wider = inputs.map(({ shape }, n) => Math.max(widths[n] ?? 0, shape[1] ?? 0));
    const more = rows + rowsOf(inputs);
    if (group.length > 0 && (more > MAX_ROWS || more * Math.max(...wider) > MAX_ELEMENTS)) {
      groups.push(group);
      group = [];
      rows = 0;
      widths = [];
    }
    group.push(request);
    rows += rowsOf(inputs);
    widths = inputs.map(({ shape }, n) => Math.max(widths[n] ?? 0, shape[1] ?? 0));
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** The requests as one, row under row; rows that are shorter than the longest are padded with "". */
export function joinRequests(requests: readonly RowRequest[]): RowRequest {
  const [first] = requests;
  if (first === undefined || requests.length === 1) return first ?? [];
  return first.map((tensor, n) => stack(requests.map((inputs) => inputs[n] ?? tensor)));
}

/**
 * The outputs that each of the joined requests would have got alone: its rows, as many candidates as it gave, and as many
 * results as its own largest limit asks for.
 */
export function splitOutputs(
  outputs: readonly Tensor[],
  requests: readonly RowRequest[],
  signature: ModelSignature,
): Tensor[][] {
  if (requests.length === 1) return [[...outputs]];
  let row = 0;
  return requests.map((inputs) => {
    const from = row;
    row += rowsOf(inputs);
    return outputs.map((output) => {
      const known = outputOf(signature, output.name);
      const width = known === undefined ? null : widthOf(known, inputs, signature);
      return cut(output, { from, to: row, width: Math.min(width ?? Infinity, output.shape[1] ?? 0) });
    });
  });
}

/** True where the request can stand beside others: it has rows, and each asks for something. */
export const isJoinable = (inputs: RowRequest): boolean =>
  rowsOf(inputs) > 0 &&
  inputs.every(({ datatype, data }) => datatype !== 'INT64' || data.every((limit) => limit > 0n));

const rowsOf = (inputs: RowRequest): number => inputs[0]?.shape[0] ?? 0;

function widthOf(output: SignatureTensor, inputs: RowRequest, signature: ModelSignature): number | null {
  const [, letter] = output.dimensions;
  if (letter === 'K') {
    const limit = inputs.find((input): input is TensorOf<'INT64'> => input.datatype === 'INT64');
    return limit === undefined ? null : limit.data.reduce((most, value) => Math.max(most, Number(value)), 0);
  }
  const place = signature.inputs.findIndex(({ dimensions }) => dimensions[1] === letter);
  return inputs[place]?.shape[1] ?? null;
}

function stack(tensors: readonly Tensor[]): Tensor {
  const [{ name, datatype }] = tensors as [Tensor];
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const width = Math.max(...tensors.map(({ shape }) => shape[1] ?? 0));
  const shape = [rows, width];
  if (datatype === 'INT64') {
    const data = new BigInt64Array(rows * width);
    let at = 0;
    for (const tensor of tensors as readonly TensorOf<'INT64'>[]) {
      data.set(tensor.data, at);
      at += tensor.data.length;
    }
    return { name, datatype, shape, data };
  }
  const data: string[] = [];
  for (const tensor of tensors as readonly TensorOf<'BYTES'>[]) {
    const [count = 0, own = 0] = tensor.shape;
    for (let row = 0; row < count; row++) {
      for (let n = 0; n < own; n++) data.push(tensor.data[row * own + n] ?? '');
      for (let n = own; n < width; n++) data.push('');
    }
  }
  return { name, datatype: 'BYTES', shape, data };
}

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

function cut(tensor: Tensor, { from, to, width }: Cut): Tensor {
  const [, full = 0] = tensor.shape;
  const shape = [to - from, width];
  const { name, datatype, data } = tensor;
  if (width === full) return { name, datatype, shape, data: data.slice(from * full, to * full) } as Tensor;
  if (datatype === 'BYTES') {
    const rows = Array.from({ length: to - from }, (_, n) =>
      data.slice((from + n) * full, (from + n) * full + width),
    );
    return { name, datatype, shape, data: rows.flat() };
  }
  const kept = data.slice(0, (to - from) * width);
  for (let row = from; row < to; row++) {
    kept.set(data.subarray(row * full, row * full + width) as never, (row - from) * width);
  }
  return { name, datatype, shape, data: kept } as Tensor;
}
