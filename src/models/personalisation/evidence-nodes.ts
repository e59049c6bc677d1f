import { packedSize } from '../factors/packed-matrix.js';
import { OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import { addRowByRow } from '../onnx/row-by-row.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { addPosterior, type PosteriorNodes, posteriorAt, trianglePlace } from './posterior-nodes.js';

/** Looking tokens up takes batch × history × K(K+1) floats; above this many (16 MiB) rows are looked at one by one. */
const MOST_AT_ONCE = 4 * 1024 * 1024;

/** What histories tell of the factors. */
export interface EvidenceNodes {
  readonly factorCount: number;
  /** Rows of the table: [B,H]. */
  readonly rows: Value;
  /** Precision matrix and vector of each row side by side: [R,K,K+1]. */
  readonly table: Value;
  /** Whether all rows of the batch may be looked up at once. */
  readonly isSmall: Value;
}

/** Reads tokens [B,H], places in the token table. */
export function addEvidence(
  graph: OnnxGraph,
  token: Value,
  { factorCount, evidence, tokens }: PersonalisationModel,
): EvidenceNodes {
  const packed = packedSize(factorCount);
  const count = evidence.rowCount;
  const width = packed + factorCount;
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    values.set(evidence.precisions.subarray(row * packed, (row + 1) * packed), row * width);
    values.set(evidence.evidence.subarray(row * factorCount, (row + 1) * factorCount), row * width + packed);
  }
  const places = Array.from({ length: factorCount }, (_, row) =>
    Array.from({ length: factorCount + 1 }, (_, column) =>
      column < factorCount ? trianglePlace(row, column) : packed + row,
    ),
  ).flat();
  // Runtimes work out what depends on constants alone when they load a file, so that the file holds one triangle only.
  const table = graph.node(
    'Gather',
    [graph.floats(values, [count, width]), graph.ints(places, [factorCount, factorCount + 1])],
    { axis: { int: 1 } },
  );
  const rows = graph.node('Gather', [graph.ints(tokens.rows, [tokens.rows.length]), token], {
    axis: { int: 0 },
  });
  const most = Math.floor(MOST_AT_ONCE / places.length);
  const isSmall = graph.node('LessOrEqual', [graph.node('Size', [rows]), graph.ints([most], [])]);
  return { factorCount, rows, table, isSmall };
}

/** The posterior of whole histories: [B,…]. */
export const addWholePosterior = (graph: OnnxGraph, evidence: EvidenceNodes): PosteriorNodes =>
  posteriorAt(graph, addPosteriorOf(graph, evidence, addSum), 0);

/**
 * The posterior of whole histories, and after it those of the history without each of its tokens in turn: [B,1+H,…]; [B,1,…], of
 * whole histories alone, where the batch is too large to look at all rows at once.
 */
export const addPosteriors = (graph: OnnxGraph, evidence: EvidenceNodes): PosteriorNodes =>
  addPosteriorOf(graph, evidence, addLeaveOneOut);

/** The posterior of what `addAtOnce` makes of small batches, and of the plain sum in large ones. */
function addPosteriorOf(
  graph: OnnxGraph,
  evidence: EvidenceNodes,
  addAtOnce: (graph: OnnxGraph, lookup: Lookup) => Value,
): PosteriorNodes {
  const { factorCount, isSmall } = evidence;
  const shape = ['B', 'M', factorCount, factorCount + 1];
  const together = new OnnxGraph('rows-together', 'sum_');
  together.output('sum_all', addAtOnce(together, evidence), { type: 'float', shape });
  const apart = new OnnxGraph('rows-apart', 'sum_each_');
  apart.output('sum_each_all', addSumByRow(apart, evidence), { type: 'float', shape });
  const sums = graph.node('If', [isSmall], {
    then_branch: { graph: together },
    else_branch: { graph: apart },
  });
  return addPosterior(graph, sums, factorCount);
}

type Lookup = Pick<EvidenceNodes, 'rows' | 'table'>;

const addLookup = (graph: OnnxGraph, { rows, table }: Lookup): Value =>
  graph.node('Gather', [table, rows], { axis: { int: 0 } });

/** Of all tokens together: [B,1,K,K+1]. */
const addSum = (graph: OnnxGraph, lookup: Lookup): Value =>
  graph.node('ReduceSum', [addLookup(graph, lookup), graph.ints([1], [1])], { keepdims: { int: 1 } });

/** Of all tokens, then of all but one: [B,1+H,K,K+1]. */
export function addLeaveOneOut(graph: OnnxGraph, lookup: Lookup): Value {
  const each = addLookup(graph, lookup);
  const sum = graph.node('ReduceSum', [each, graph.ints([1], [1])], { keepdims: { int: 1 } });
  return graph.node('Concat', [sum, graph.node('Sub', [sum, each])], { axis: { int: 1 } });
}

const addSumByRow = (graph: OnnxGraph, { rows, table, factorCount }: EvidenceNodes): Value =>
  addRowByRow(graph, { prefix: 'sum_row_', inputs: { rows: { value: rows, type: 'int64' } } }, (row, own) => [
    {
      value: addSum(row, { rows: own.rows, table }),
      type: 'float',
      shape: [1, factorCount, factorCount + 1],
    },
  ])[0] as Value;
