import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInputs, encodeInferRequest, parseInferRequest } from './infer-request.js';
import { encodeInferResponse, parseInferResponse } from './infer-response.js';
import { tensorFromJson } from './json-tensor.js';
import { ProtocolFault } from './protocol-fault.js';
import { elementCount, type Tensor } from './tensor.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Any text of whole code points, control characters included. */
const texts = fc.string({ unit: 'binary' });
const shapes = fc.array(fc.nat(4), { maxLength: 3 });

/** Numbers without -0, which JSON writes as 0. */
const tensors = fc.tuple(texts, shapes).chain(([name, shape]): fc.Arbitrary<Tensor> => {
  const size = { minLength: elementCount(shape), maxLength: elementCount(shape) };
  const of = <T>(element: fc.Arbitrary<T>) => fc.array(element, size);
  const safe = fc.maxSafeInteger();
  return fc.oneof(
    of(texts).map((data) => ({ name, shape, datatype: 'BYTES' as const, data })),
    of(fc.boolean()).map((data) => ({
      name,
      shape,
      datatype: 'BOOL' as const,
      data: Uint8Array.from(data, Number),
    })),
    of(safe).map((data) => ({
      name,
      shape,
      datatype: 'INT64' as const,
      data: BigInt64Array.from(data, BigInt),
    })),
    of(fc.maxSafeNat()).map((data) => ({
      name,
      shape,
      datatype: 'UINT64' as const,
      data: BigUint64Array.from(data, BigInt),
    })),
    of(fc.float({ noNaN: true, noDefaultInfinity: true })).map((data) => ({
      name,
      shape,
      datatype: 'FP32' as const,
      data: Float32Array.from(data, (x) => x + 0),
    })),
    of(fc.double({ noNaN: true, noDefaultInfinity: true })).map((data) => ({
      name,
      shape,
      datatype: 'FP64' as const,
      data: Float64Array.from(data, (x) => x + 0),
    })),
    of(fc.integer({ min: -128, max: 127 })).map((data) => ({
      name,
      shape,
      datatype: 'INT8' as const,
      data: Int8Array.from(data),
    })),
    of(fc.nat(4_294_967_295)).map((data) => ({
      name,
      shape,
      datatype: 'UINT32' as const,
      data: Uint32Array.from(data),
    })),
  );
});

const nested = (flat: readonly unknown[], shape: readonly number[]): unknown => {
  const [rows = 0, ...inner] = shape;
  if (shape.length <= 1) return flat;
  const size = elementCount(inner);
  return Array.from({ length: rows }, (_, n) => nested(flat.slice(n * size, (n + 1) * size), inner));
};

describe('V2 JSON', () => {
  it('gives back every tensor that was written, in requests and answers', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(tensors, { selector: ({ name }) => name, maxLength: 3 }),
        texts,
        (inputs, id) => {
          const request = parseInferRequest(bytes(encodeInferRequest(inputs, id)));
          expect(request.id).toBe(id === '' ? null : id);
          const model = { name: 'demo', inputs, outputs: [] };
          expect(decodeInputs(request.inputs, model)).toEqual(inputs);
          const answer = { modelName: 'demo', modelVersion: 'v', id, outputs: inputs };
          expect(parseInferResponse(bytes(encodeInferResponse(answer)))).toEqual(answer);
        },
      ),
    );
  });

  it('takes data nested by dimension as it takes them flat', () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const flat = JSON.parse(encodeInferRequest([tensor])).inputs[0];
        const data = nested(flat.data, tensor.shape) as unknown[];
        expect(tensorFromJson({ ...flat, data }, 'input')).toEqual(tensor);
      }),
    );
  });

  const input = { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] };
  it.each([
    [{ ...input, shape: [3, 2] }, 'input: cannot reshape array of size 4 into shape (3,2)'],
    [{ ...input, shape: [3] }, 'input: cannot reshape array of size 4 into shape (3,)'],
    [{ ...input, data: [[1, 2], [3]] }, 'input: nested data do not have the shape (2,2)'],
    [{ ...input, data: [[1, 2], 3] }, 'input: nested data do not have the shape (2,2)'],
    [{ ...input, data: [1, 2, 3, 'a'] }, "input: could not convert string to float: 'a'"],
    [{ ...input, data: [1, 2, 3, null] }, 'input: could not convert value to float: null'],
    [{ ...input, datatype: 'FLOAT' }, 'input has the unknown datatype FLOAT'],
    [{ ...input, datatype: 'constructor' }, 'input has the unknown datatype constructor'],
    [
      { ...input, datatype: 'UINT8', data: [1, 2, 3, 256] },
      'input: expected whole numbers from 0 to 255, got 256',
    ],
    [{ ...input, datatype: 'INT64', data: [1, 2, 3, 0.5] }, /^input: expected whole numbers .* got 0.5$/],
    [
      { ...input, datatype: 'INT64', data: [1, 2, 3, 2 ** 53] },
      /^input: expected whole numbers .* got 9007199254740992$/,
    ],
    [{ ...input, datatype: 'BOOL', data: [true, 0, 1, 2] }, 'input: expected true or false, got 2'],
    [{ ...input, datatype: 'BYTES', data: ['a', 'b', 'c', 4] }, 'input: expected strings, got 4'],
  ])('refuses %j', (json, message) => {
    expect(() => tensorFromJson(json, 'input')).toThrow(message);
    expect(() => tensorFromJson(json, 'input')).toThrow(ProtocolFault);
  });

  it('writes numbers that JSON has not as null', () => {
    const data = Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const text = encodeInferResponse({
      modelName: 'm',
      modelVersion: null,
      id: null,
      outputs: [{ name: 'x', datatype: 'FP32', shape: [4], data }],
    });
    expect(JSON.parse(text).outputs[0].data).toEqual([1, null, null, null]);
  });
});

describe('parseInferRequest', () => {
  const fault = (text: string): unknown => {
    try {
      parseInferRequest(bytes(text));
    } catch (error) {
      return error instanceof ProtocolFault ? { status: error.status, ...error.body } : error;
    }
    return null;
  };

  it('says where and why a text is no JSON', () => {
    expect(fault('{nope')).toEqual({
      status: 422,
      detail: [
        {
          type: 'json_invalid',
          loc: ['body', 1],
          msg: 'JSON decode error',
          input: {},
          ctx: { error: 'Expecting property name enclosed in double quotes' },
        },
      ],
    });
    expect(fault('')).toMatchObject({ detail: [{ loc: ['body', 0], ctx: { error: 'Expecting value' } }] });
    expect(fault('{"a":1 "b"}')).toMatchObject({ detail: [{ ctx: { error: "Expecting ',' delimiter" } }] });
    expect(fault('{}x')).toMatchObject({ detail: [{ loc: ['body', 2], ctx: { error: 'Extra data' } }] });
    const broken = Uint8Array.of(0x22, 0xff, 0x22);
    expect(() => parseInferRequest(broken)).toThrow('JSON decode error');
  });

  it.each([
    ['[]', [['body', 'InferenceRequest'], 'model_attributes_type']],
    ['{"id":"x"}', [['body', 'InferenceRequest', 'inputs'], 'missing']],
    ['{"id":5,"inputs":[]}', [['body', 'InferenceRequest', 'id'], 'string_type']],
    ['{"inputs":{}}', [['body', 'InferenceRequest', 'inputs'], 'list_type']],
    ['{"inputs":[1]}', [['body', 'InferenceRequest', 'inputs', 0], 'model_attributes_type']],
    [
      '{"inputs":[{"shape":[],"datatype":"FP32","data":[]}]}',
      [['body', 'InferenceRequest', 'inputs', 0, 'name'], 'missing'],
    ],
    [
      '{"inputs":[{"name":"x","shape":[1.5],"datatype":"FP32","data":[]}]}',
      [['body', 'InferenceRequest', 'inputs', 0, 'shape', 0], 'int_type'],
    ],
    [
      '{"inputs":[{"name":"x","shape":[-1],"datatype":"FP32","data":[]}]}',
      [['body', 'InferenceRequest', 'inputs', 0, 'shape', 0], 'greater_than_equal'],
    ],
    [
      '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":7}]}',
      [['body', 'InferenceRequest', 'inputs', 0, 'data'], 'list_type'],
    ],
    ['{"inputs":[],"outputs":[{}]}', [['body', 'InferenceRequest', 'outputs', 0, 'name'], 'missing']],
  ])('names the field that is wrong in %s', (text, [loc, type]) => {
    expect(fault(text)).toMatchObject({ status: 422, detail: [{ loc, type }, { type: 'bytes_type' }] });
  });

  it('passes over what it does not know', () => {
    const text =
      '{"inputs":[{"name":"x","shape":[0],"datatype":"FP32","data":[],"parameters":{"a":1}}],"more":1,"outputs":[]}';
    expect(parseInferRequest(bytes(text))).toMatchObject({
      id: null,
      outputs: null,
      inputs: [{ name: 'x' }],
    });
  });
});
