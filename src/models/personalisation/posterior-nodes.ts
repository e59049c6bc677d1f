import { packedRow } from '../factors/packed-matrix.js';
import type { OnnxGraph, Value } from '../onnx/onnx-graph.js';

/** What is known of K factors. */
export interface PosteriorNodes {
  /** The mean z, then a 1: […,K+1]. */
  readonly mean: Value;
  /** I − C, C being the covariance: how much surer than of a stranger. Its lower triangle row by row, then a 1: […,K(K+1)/2+1]. */
  readonly gain: Value;
}

/**
 * The posterior of z ~ N(0, I) after evidence, [B,M,…] for M posteriors a row. `evidence` [B,M,K,K+1] holds P, the sum of the
 * tokens' precisions, and as its last column e, that of their vectors; C = (I + P)⁻¹ and z = C e. ONNX has no inverse, so
 * each factor is swept in turn: with F = [P | e] at first,
 *
 *     F ← F − F[:,j] F[j,:] / (1 + F[j,j])   for j = 0 … K−1
 *
 * ends at [I − C | z]. This is the sweep operator (Beaton 1964; Goodnight, A Tutorial on the SWEEP Operator, 1979) on I + P, with
 * the signs turned so that a sweep is one update of rank one, and the identity taken off. I + P is nowhere below I,
 * nor are the pivots, so that single precision is enough.
 */
export function addPosterior(graph: OnnxGraph, evidence: Value, factorCount: number): PosteriorNodes {
  const one = graph.floats([1], []);
  // Posteriors last: long runs of numbers that are treated alike.
  let swept = graph.node('Transpose', [evidence], { perm: { ints: [2, 3, 0, 1] } });
  for (let factor = 0; factor < factorCount; factor += 1) {
    const at = graph.ints([factor], [1]);
    const row = graph.node('Gather', [swept, at], { axis: { int: 0 } });
    const column = graph.node('Gather', [swept, at], { axis: { int: 1 } });
    const pivot = graph.node('Add', [graph.node('Gather', [row, at], { axis: { int: 1 } }), one]);
    swept = graph.node('Sub', [swept, graph.node('Mul', [graph.node('Div', [column, pivot]), row])]);
  }
  // A row of ones below, for the 1 after each posterior.
  const withOnes = graph.node('Pad', [swept, graph.ints([0, 0, 0, 0, 1, 0, 0, 0], [8]), one]);
  const pick = (places: readonly (readonly [number, number])[]): Value => {
    const all = [...places, [factorCount, 0]].flat();
    const picked = graph.node('GatherND', [withOnes, graph.ints(all, [all.length / 2, 2])]);
    return graph.node('Transpose', [picked], { perm: { ints: [1, 2, 0] } });
  };
  return {
    mean: pick(Array.from({ length: factorCount }, (_, factor) => [factor, factorCount])),
    gain: pick(trianglePlaces(factorCount)),
  };
}

/** The posterior at one place of M: [B,…]. */
export function posteriorAt(graph: OnnxGraph, { mean, gain }: PosteriorNodes, place: number): PosteriorNodes {
  const pick = (values: Value): Value =>
    graph.node('Gather', [values, graph.ints([place], [])], { axis: { int: 1 } });
  return { mean: pick(mean), gain: pick(gain) };
}

/** Row and column of each number of a packed lower triangle. */
export const trianglePlaces = (size: number): [row: number, column: number][] =>
  Array.from({ length: size }, (_, row) =>
    Array.from({ length: row + 1 }, (_, column): [number, number] => [row, column]),
  ).flat();

/** Where a packed lower triangle holds the number of a row and column, on either side of the diagonal. */
export const trianglePlace = (row: number, column: number): number =>
  packedRow(Math.max(row, column)) + Math.min(row, column);
