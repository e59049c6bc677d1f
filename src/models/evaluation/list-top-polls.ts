import { limitInput, type ModelSession, textInput, textsOf } from './model-session.js';

/** One list to be made. `asks` is what the model reads: history tokens, or the segment of the popular model. */
export interface ListRow {
  readonly asks: readonly string[];
  readonly exclude: readonly string[];
}

/** The best polls of each row, best first, `length` of them at most. */
export type ListTopPolls = (rows: readonly ListRow[], length: number) => Promise<(readonly string[])[]>;

const BATCH_ROWS = 64;

/** Lists through a top-k file: `personalisation` with `input` "history", `popular` with "segment". */
export function topPollsLister(session: ModelSession, input: 'history' | 'segment'): ListTopPolls {
  return async (rows, length) => {
    const lists: string[][] = [];
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      const batch = rows.slice(from, from + BATCH_ROWS);
      const outputs = await session.run(
        [
          textInput(
            input,
            batch.map((row) => row.asks),
          ),
          textInput(
            'exclude',
            batch.map((row) => row.exclude),
          ),
          limitInput(batch.map(() => length)),
        ],
        ['poll_id'],
      );
      const ids = textsOf(outputs, 'poll_id');
      const width = ids.length / batch.length;
      batch.forEach((_, row) => {
        lists.push(ids.slice(row * width, (row + 1) * width).filter((id) => id !== ''));
      });
    }
    return lists;
  };
}
