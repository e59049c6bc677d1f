import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT, INT64, STRING } = onnx.TensorProto.DataType;

/** Numbers are written as whole ones; a Float32Array as floats. */
type AttributeValue = number | string | readonly number[] | readonly string[] | Float32Array;
export type ElementType = 'float' | 'int64' | 'string';
const TYPES: Record<ElementType, number> = { float: FLOAT, int64: INT64, string: STRING };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Writes small ONNX files by hand, one node a call. */
export class OnnxGraph {
  readonly #nodes: onnxProto.onnx.INodeProto[] = [];
  readonly #constants: onnxProto.onnx.ITensorProto[] = [];
  readonly #inputs: onnxProto.onnx.IValueInfoProto[] = [];
  readonly #outputs: onnxProto.onnx.IValueInfoProto[] = [];
  #names = 0;

  input(name: string, type: ElementType, shape: readonly (string | number)[]): string {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly (string | number)[]): void {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  floats(values: readonly number[], shape: readonly number[]): string {
    return this.#constant({ dataType: FLOAT, dims: [...shape], floatData: [...values] });
  }

  ints(values: readonly number[], shape: readonly number[]): string {
    return this.#constant({ dataType: INT64, dims: [...shape], int64Data: [...values] });
  }

  strings(values: readonly string[], shape: readonly number[]): string {
    return this.#constant({ dataType: STRING, dims: [...shape], stringData: values.map(bytes) });
  }

  /** Adds a node and gives the name of its first output; `outputs` names them where they matter. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs: readonly string[] = [`t${++this.#names}`],
  ): string {
    this.#nodes.push({
      opType,
      input: [...inputs],
      output: [...outputs],
      domain: opType === 'LabelEncoder' ? 'ai.onnx.ml' : '',
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return outputs[0] ?? '';
  }

  encode(): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: 8,
      producerName: 'tests',
      opsetImport: [
        { domain: '', version: 15 },
        { domain: 'ai.onnx.ml', version: 2 },
      ],
      graph: {
        name: 'tiny',
        node: this.#nodes,
        initializer: this.#constants,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }

  #constant(tensor: onnxProto.onnx.ITensorProto): string {
    const name = `c${++this.#names}`;
    this.#constants.push({ ...tensor, name });
    return name;
  }
}

function attribute(name: string, value: AttributeValue): onnxProto.onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (value instanceof Float32Array) return { name, type: AttributeType.FLOATS, floats: [...value] };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: bytes(value) };
  if (typeof value[0] === 'string') {
    return { name, type: AttributeType.STRINGS, strings: (value as readonly string[]).map(bytes) };
  }
  return { name, type: AttributeType.INTS, ints: [...(value as readonly number[])] };
}

function valueInfo(
  name: string,
  type: ElementType,
  shape: readonly (string | number)[],
): onnxProto.onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: TYPES[type], shape: { dim } } } };
}
