import { limitInput, type ModelSession, textInput, textsOf } from './model-session.js';
import { type RowSource, rowBatches } from './row-batches.js';

/** One list to be made. `asks` is what the model reads: history tokens, or the segment of the popular model. */
export interface ListRow {
  readonly asks: readonly string[];
  readonly exclude: readonly string[];
}

/** The list of one row: its best polls, best first, `length` of them at most. */
export interface TopList {
  readonly place: number;
  readonly polls: readonly string[];
}

/** Lists of the rows, each once, in no promised order. */
export type ListTopPolls = (rows: RowSource<ListRow>, length: number) => AsyncIterable<TopList>;

const LIMITS = { rows: 64, cells: 40_000 };

/** Lists through a top-k file: `personalisation` with `input` "history", `popular` with "segment". */
export const topPollsLister = (session: ModelSession, input: 'history' | 'segment'): ListTopPolls =>
  async function* list(rows, length) {
    for (const places of rowBatches(rows.widths, LIMITS)) {
      const batch = places.map((place) => rows.at(place));
      const asks = batch.map((row) => row.asks);
      const exclude = batch.map((row) => row.exclude);
      const inputs = [
        textInput(input, asks),
        textInput('exclude', exclude),
        limitInput(batch.map(() => length)),
      ];
      const ids = textsOf(await session.run(inputs, ['poll_id']), 'poll_id');
      const width = ids.length / batch.length;
      for (const [row, place] of places.entries()) {
        const polls = ids.slice(row * width, (row + 1) * width).filter((id) => id !== '');
        yield { place, polls };
      }
    }
  };
