/** left · right, row-major: left is rows × depth, right depth × width. For products with a narrow right side. */
export function denseProduct(
  left: Float64Array,
  right: ArrayLike<number>,
  { rows, depth, width }: { readonly rows: number; readonly depth: number; readonly width: number },
): Float64Array<ArrayBuffer> {
  const product = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < depth; k += 1) {
      const factor = left[row * depth + k] as number;
      if (factor === 0) continue;
      for (let column = 0; column < width; column += 1) {
        const at = row * width + column;
        product[at] = (product[at] as number) + factor * (right[k * width + column] as number);
      }
    }
  }
  return product;
}
