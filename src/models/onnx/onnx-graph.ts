import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

type NodeProto = onnxProto.onnx.INodeProto;
type TensorProto = onnxProto.onnx.ITensorProto;
type ValueInfo = onnxProto.onnx.IValueInfoProto;
type GraphProto = onnxProto.onnx.IGraphProto;
type AttributeProto = onnxProto.onnx.IAttributeProto;

/** A value of the graph: what a node, an input or a constant gives. */
export type Value = string & { readonly __value?: never };
export type ElementType = 'float' | 'int64' | 'string';
/** Numbers are fixed sizes, names are open ones. */
export type Shape = readonly (number | string)[];

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly graph: OnnxGraph };

const ELEMENTS: Record<ElementType, number> = {
  float: DataType.FLOAT,
  int64: DataType.INT64,
  string: DataType.STRING,
};

/** The newest versions that every stock onnxruntime since 1.12 reads, in the format that onnx 1.12 writes. */
const IR_VERSION = 8;
const OPSET = 17;
const ML_OPSET = 3;

/**
 * Writes an ONNX graph node by node. Each method gives the name of what it adds, to be used as input of the next. The file holds
 * no time and no random name: the same calls give the same bytes.
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #prefix: string;
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  #count = 0;

  /** `prefix` keeps the names of a subgraph apart from those of the graph around it. */
  constructor(name: string, prefix = '') {
    this.#name = name;
    this.#prefix = prefix;
  }

  input(name: string, type: ElementType, shape: Shape): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Gives `value` out under `name`. */
  output(name: string, value: Value, { type, shape }: { type: ElementType; shape: Shape }): void {
    this.#nodes.push({ opType: 'Identity', input: [value], output: [name] });
    this.#outputs.push(valueInfo(name, type, shape));
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): Value {
    const floats = values instanceof Float32Array ? values : Float32Array.from(values);
    return this.#constant(DataType.FLOAT, shape, bytesOf(floats));
  }

  ints(values: ArrayLike<number>, shape: readonly number[]): Value {
    return this.#constant(DataType.INT64, shape, bytesOf(BigInt64Array.from(Array.from(values), BigInt)));
  }

  /** Of half the size of `ints`: for long tables of places, which most operators take in either. */
  shortInts(values: Int32Array, shape: readonly number[]): Value {
    return this.#constant(DataType.INT32, shape, bytesOf(values));
  }

  strings(values: readonly string[], shape: readonly number[]): Value {
    const name = this.#next();
    this.#constants.push({
      name,
      dataType: DataType.STRING,
      dims: [...shape],
      stringData: values.map(utf8),
    });
    return name;
  }

  /** Adds a node with one output. */
  node(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.nodes(operator, inputs, { attributes, outputs: 1 })[0] as Value;
  }

  nodes(
    operator: string,
    inputs: readonly Value[],
    { attributes = {}, outputs }: { attributes?: Readonly<Record<string, Attribute>>; outputs: number },
  ): Value[] {
    const output = Array.from({ length: outputs }, () => this.#next());
    this.#nodes.push({
      opType: operator,
      input: [...inputs],
      output,
      domain: operator === 'LabelEncoder' ? 'ai.onnx.ml' : '',
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    return output;
  }

  /** The place of each text among `keys`; the number of keys for any other text. */
  placeOf(texts: Value, keys: readonly string[]): Value {
    if (keys.length === 0) {
      const shape = this.node('Shape', [texts]);
      return this.node('Expand', [this.ints([0], [1]), shape]);
    }
    return this.node('LabelEncoder', [texts], {
      keys_strings: { texts: keys },
      values_int64s: { ints: keys.map((_, place) => place) },
      default_int64: { int: keys.length },
    });
  }

  /** The file; `description` is what a reader of it sees first. */
  encode(description: string): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'hunch',
      docString: description,
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'ai.onnx.ml', version: ML_OPSET },
      ],
      graph: this.toProto(),
    }).finish();
  }

  toProto(): GraphProto {
    return {
      name: this.#name,
      node: this.#nodes,
      initializer: this.#constants,
      input: this.#inputs,
      output: this.#outputs,
    };
  }

  #constant(dataType: number, dims: readonly number[], rawData: Uint8Array): Value {
    const name = this.#next();
    this.#constants.push({ name, dataType, dims: [...dims], rawData });
    return name;
  }

  #next(): Value {
    this.#count += 1;
    return `${this.#prefix}v${this.#count}`;
  }
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function bytesOf(array: Float32Array | BigInt64Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
  if ('text' in value) return { name, type: AttributeType.STRING, s: utf8(value.text) };
  if ('texts' in value) return { name, type: AttributeType.STRINGS, strings: value.texts.map(utf8) };
  return { name, type: AttributeType.GRAPH, g: value.graph.toProto() };
}

function valueInfo(name: string, type: ElementType, shape: Shape): ValueInfo {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: ELEMENTS[type], shape: { dim } } } };
}
