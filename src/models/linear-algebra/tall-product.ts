import { BLOCK, DEPTH, type SquareMatrix } from './cholesky.js';
import { subtractTransposedProduct } from './transposed-product.js';

/** A row-major matrix of many rows and few columns, in single precision to save memory; sums over it are of double precision. */
export interface TallMatrix {
  readonly columns: number;
  readonly data: Float32Array;
}

/** leftᵀ · right, both of equal size, where it is known to be symmetric: both triangles filled. */
export function symmetricProduct(left: TallMatrix, right: TallMatrix): SquareMatrix {
  const size = left.columns;
  const product = new Float64Array(size * size);
  const rows = size === 0 ? 0 : left.data.length / size;
  const leftPanel = new Float64Array(size * DEPTH);
  const rightPanel = left === right ? leftPanel : new Float64Array(size * DEPTH);
  for (let from = 0; from < rows; from += DEPTH) {
    const depth = Math.min(DEPTH, rows - from);
    readTransposed(left, leftPanel, { from, depth });
    if (rightPanel !== leftPanel) readTransposed(right, rightPanel, { from, depth });
    for (let row = 0; row < size; row += BLOCK) {
      for (let column = 0; column <= row; column += BLOCK) {
        subtractTransposedProduct(
          { data: product, offset: row * size + column, stride: size },
          {
            left: { data: leftPanel, offset: row * DEPTH, stride: DEPTH },
            right: { data: rightPanel, offset: column * DEPTH, stride: DEPTH },
          },
          { rows: Math.min(BLOCK, size - row), columns: Math.min(BLOCK, size - column), depth },
        );
      }
    }
  }
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      const value = -(product[row * size + column] as number);
      product[row * size + column] = value;
      product[column * size + row] = value;
    }
  }
  return { size, data: product };
}

function readTransposed(
  { columns, data }: TallMatrix,
  panel: Float64Array,
  { from, depth }: { readonly from: number; readonly depth: number },
): void {
  for (let row = 0; row < depth; row += 1) {
    const start = (from + row) * columns;
    for (let column = 0; column < columns; column += 1) {
      panel[column * DEPTH + row] = data[start + column] as number;
    }
  }
}

/** tall · factor, `factor` being row-major with as many rows as `tall` has columns, and `columns` columns. */
export function multiplyTall(tall: TallMatrix, factor: Float64Array, columns: number): TallMatrix {
  const inner = tall.columns;
  const rows = inner === 0 ? 0 : tall.data.length / inner;
  const transposed = new Float64Array(columns * inner);
  for (let k = 0; k < inner; k += 1) {
    for (let column = 0; column < columns; column += 1) {
      transposed[column * inner + k] = factor[k * columns + column] as number;
    }
  }
  const product = new Float32Array(rows * columns);
  const panel = new Float64Array(BLOCK * inner);
  const sums = new Float64Array(BLOCK * columns);
  for (let row = 0; row < rows; row += BLOCK) {
    const height = Math.min(BLOCK, rows - row);
    panel.set(tall.data.subarray(row * inner, (row + height) * inner));
    sums.fill(0);
    for (let column = 0; column < columns; column += BLOCK) {
      for (let from = 0; from < inner; from += DEPTH) {
        subtractTransposedProduct(
          { data: sums, offset: column, stride: columns },
          {
            left: { data: panel, offset: from, stride: inner },
            right: { data: transposed, offset: column * inner + from, stride: inner },
          },
          { rows: height, columns: Math.min(BLOCK, columns - column), depth: Math.min(DEPTH, inner - from) },
        );
      }
    }
    for (let at = 0; at < height * columns; at += 1) product[row * columns + at] = -(sums[at] as number);
  }
  return { columns, data: product };
}
