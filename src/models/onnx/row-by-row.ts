import { type ElementType, OnnxGraph, type Value } from './onnx-graph.js';

/** Values [B,…] that are looked at one row after the other. */
export interface RowInput {
  readonly value: Value;
  readonly type: ElementType;
}

export interface RowOutput {
  readonly value: Value;
  readonly type: ElementType;
  /** Without the first dimension. */
  readonly shape: readonly (number | string)[];
}

/**
 * Computes for each row of a batch alone what `body` writes, so that memory does not grow with the batch. The body sees
 * every input [B,n] as a batch of one row, [1,n], and gives outputs [1,…]; the results are of all rows.
 */
export function addRowByRow<Name extends string>(
  graph: OnnxGraph,
  { prefix, inputs }: { readonly prefix: string; readonly inputs: Readonly<Record<Name, RowInput>> },
  body: (row: OnnxGraph, own: Record<Name, Value>) => readonly RowOutput[],
): Value[] {
  const names = Object.keys(inputs) as Name[];
  const row = new OnnxGraph('row', prefix);
  const axis = row.ints([0], [1]);
  const own = Object.fromEntries(
    names.map((name) => {
      const given = row.input(`${prefix}${name}`, inputs[name].type, [`${prefix}${name}_size`]);
      return [name, row.node('Unsqueeze', [given, axis])];
    }),
  ) as Record<Name, Value>;
  const outputs = body(row, own);
  outputs.forEach(({ value, type, shape }, index) => {
    row.output(`${prefix}output${index}`, row.node('Squeeze', [value, axis]), { type, shape });
  });
  return graph.nodes(
    'Scan',
    names.map((name) => inputs[name].value),
    {
      attributes: { body: { graph: row }, num_scan_inputs: { int: names.length } },
      outputs: outputs.length,
    },
  );
}
