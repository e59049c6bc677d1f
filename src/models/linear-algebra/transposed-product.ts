/** Part of a row-major matrix: element (row, column) lies at `offset + row * stride + column`. */
export interface Block {
  readonly data: Float64Array;
  readonly offset: number;
  readonly stride: number;
}

export interface BlockSize {
  readonly rows: number;
  readonly columns: number;
  /** Length of the dot products. */
  readonly depth: number;
}

/** Rows and columns are taken two and four at a time: eight sums stay in registers while both operands are read once. */
const ROW_STEP = 2;
const COLUMN_STEP = 4;

/**
 * target -= left · rightᵀ, for `left` of rows × depth and `right` of columns × depth. Both operands are read along their
 * rows, which is what makes it quick. Blocks may lie in the same matrix as long as `target` overlaps neither operand.
 */
export function subtractTransposedProduct(
  target: Block,
  operands: { readonly left: Block; readonly right: Block },
  size: BlockSize,
): void {
  const { left, right } = operands;
  const { rows, columns, depth } = size;
  const evenRows = rows - (rows % ROW_STEP);
  const evenColumns = columns - (columns % COLUMN_STEP);
  for (let row = 0; row < evenRows; row += ROW_STEP) {
    for (let column = 0; column < evenColumns; column += COLUMN_STEP) {
      subtractTile(target, operands, { row, column, depth });
    }
  }
  for (let row = 0; row < rows; row += 1) {
    const first = row < evenRows ? evenColumns : 0;
    for (let column = first; column < columns; column += 1) {
      const product = dot(
        left.data,
        left.offset + row * left.stride,
        right.data,
        right.offset + column * right.stride,
        depth,
      );
      const at = target.offset + row * target.stride + column;
      target.data[at] = (target.data[at] as number) - product;
    }
  }
}

interface Tile {
  readonly row: number;
  readonly column: number;
  readonly depth: number;
}

function subtractTile(
  target: Block,
  operands: { readonly left: Block; readonly right: Block },
  { row, column, depth }: Tile,
): void {
  const a = operands.left.data;
  const b = operands.right.data;
  const rightStride = operands.right.stride;
  let a0 = operands.left.offset + row * operands.left.stride;
  let a1 = a0 + operands.left.stride;
  let b0 = operands.right.offset + column * rightStride;
  let b1 = b0 + rightStride;
  let b2 = b1 + rightStride;
  let b3 = b2 + rightStride;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < depth; k += 1) {
    const x0 = a[a0++] as number;
    const x1 = a[a1++] as number;
    const y0 = b[b0++] as number;
    const y1 = b[b1++] as number;
    const y2 = b[b2++] as number;
    const y3 = b[b3++] as number;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  const c = target.data;
  const c0 = target.offset + row * target.stride + column;
  const c1 = c0 + target.stride;
  c[c0] = (c[c0] as number) - s00;
  c[c0 + 1] = (c[c0 + 1] as number) - s01;
  c[c0 + 2] = (c[c0 + 2] as number) - s02;
  c[c0 + 3] = (c[c0 + 3] as number) - s03;
  c[c1] = (c[c1] as number) - s10;
  c[c1 + 1] = (c[c1 + 1] as number) - s11;
  c[c1 + 2] = (c[c1 + 2] as number) - s12;
  c[c1 + 3] = (c[c1 + 3] as number) - s13;
}

function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k += 1) sum += (a[aFrom + k] as number) * (b[bFrom + k] as number);
  return sum;
}
