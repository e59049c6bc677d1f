/** Rows that are asked for one by one, so that a long run need not hold all of them. */
export interface RowSource<T> {
  /** How wide each row is, in cells of its longest input. */
  readonly widths: readonly number[];
  at(place: number): T;
}

/** What one run of a model may hold: bounds memory, never the answer. */
export interface BatchLimits {
  readonly rows: number;
  /** Rows × width of the widest, padding included. A row that is wider alone is a batch of its own. */
  readonly cells: number;
}

/**
 * Places of the rows in batches, widest first: rows of like width are run together, so that little is padded, and the first run is the
 * largest, so that a runtime which keeps its buffers does not grow later. Equal widths keep their order.
 */
export function* rowBatches(
  widths: readonly number[],
  { rows, cells }: BatchLimits,
): Generator<readonly number[]> {
  const widthOf = (place: number): number => Math.max(1, widths[place] as number);
  const order = widths.map((_, place) => place).sort((a, b) => widthOf(b) - widthOf(a) || a - b);
  for (let from = 0; from < order.length; ) {
    const most = Math.max(1, Math.min(rows, Math.floor(cells / widthOf(order[from] as number))));
    yield order.slice(from, from + most);
    from += most;
  }
}
