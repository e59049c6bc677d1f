import type { VoteLog } from '../votes/vote-log.js';
import { type ColumnReading, visitColumns } from './vote-residuals.js';

/**
 * Sums over users: products of residuals for every pair of columns, and the number of users who voted on both polls. Memory
 * grows with the columns only, whatever the number of users. Lower triangles, diagonal included.
 */
export class PairStatistics {
  /** RᵀR: element (row, column) at `row * columnCount + column` for row ≥ column. */
  readonly products: Float64Array;
  /** Users with a vote on both polls, by slot; laid out the same way. */
  readonly together: Float32Array;
  readonly columnCount: number;
  readonly slotCount: number;
  readonly #reading: ColumnReading;
  readonly #values: Float64Array;
  readonly #touched: Int32Array;
  readonly #seen: Int32Array;

  constructor(reading: ColumnReading) {
    const { columnCount, polls } = reading.layout;
    this.#reading = reading;
    this.columnCount = columnCount;
    this.slotCount = polls.length;
    this.products = new Float64Array(columnCount * columnCount);
    this.together = new Float32Array(this.slotCount * this.slotCount);
    this.#values = new Float64Array(columnCount);
    this.#touched = new Int32Array(columnCount);
    this.#seen = new Int32Array(this.slotCount);
  }

  /** Adds one user's votes; of more than `maxVotes`, the last ones. A poll may come once only. */
  addUser(votes: VoteLog, user: number, maxVotes: number): void {
    const end = votes.starts[user + 1] as number;
    const start = Math.max(votes.starts[user] as number, end - maxVotes);
    let seen = 0;
    let touched = 0;
    const { slots } = this.#reading.layout;
    for (let at = start; at < end; at += 1) {
      const poll = votes.polls[at] as number;
      const slot = slots[poll] as number;
      if (slot < 0) continue;
      this.#seen[seen] = slot;
      seen += 1;
      visitColumns(this.#reading, { poll, option: votes.options[at] as number }, (column, value) => {
        this.#values[column] = value;
        this.#touched[touched] = column;
        touched += 1;
      });
    }
    this.#addProducts(this.#touched.subarray(0, touched).sort());
    this.#addTogether(this.#seen.subarray(0, seen).sort());
  }

  #addProducts(columns: Int32Array): void {
    const { products, columnCount } = this;
    const values = this.#values;
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i] as number;
      const line = column * columnCount;
      const value = values[column] as number;
      for (let j = 0; j <= i; j += 1) {
        const other = columns[j] as number;
        products[line + other] = (products[line + other] as number) + value * (values[other] as number);
      }
    }
  }

  #addTogether(slots: Int32Array): void {
    const { together, slotCount } = this;
    for (let i = 0; i < slots.length; i += 1) {
      const line = (slots[i] as number) * slotCount;
      for (let j = 0; j <= i; j += 1) {
        const at = line + (slots[j] as number);
        together[at] = (together[at] as number) + 1;
      }
    }
  }
}
