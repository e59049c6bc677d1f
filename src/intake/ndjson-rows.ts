import { isUtf8 } from 'node:buffer';
import type { FileBytes } from './file-bytes.js';
import { lineBlocks } from './line-blocks.js';
import { quoteValue, REJECT_REASONS, RowFault } from './reject-reason.js';
import {
  knownColumns,
  type Row,
  type RowBatch,
  type RowReader,
  type RowSchema,
  type UnreadableRow,
} from './row-reader.js';
import { textOf } from './text-of.js';

/** Reads NDJSON: a JSON object a line, UTF-8. Blank lines are passed over. */
export function openNdjsonRows(file: FileBytes, schema: RowSchema): RowReader {
  const columns = knownColumns(schema);
  return {
    columns,
    batches: readBatches(file, columns),
    progress: file.progress,
    // The file is open only while it is read.
    close: async () => undefined,
  };
}

class NdjsonBatch implements RowBatch {
  readonly rows: Row[] = [];
  readonly unreadable: UnreadableRow[] = [];
  readonly #lines: readonly string[];
  readonly #firstLine: number;

  constructor(lines: readonly string[], firstLine: number) {
    this.#lines = lines;
    this.#firstLine = firstLine;
  }

  raw(index: number): string {
    const row = this.rows[index];
    return row === undefined ? '' : (this.#lines[row.line - this.#firstLine] ?? '').trim();
  }

  refuse(line: number, fault: RowFault, raw: string): void {
    this.unreadable.push({ line, fault, raw });
  }
}

async function* readBatches(file: FileBytes, columns: readonly string[]): AsyncGenerator<RowBatch> {
  let line = 1;
  for await (const block of lineBlocks(file.chunks)) {
    if (block.type === 'LINES') {
      const { lines, broken } = decodeLines(block.bytes);
      const batch = new NdjsonBatch(lines, line);
      for (const [index, text] of lines.entries()) {
        if (broken.has(index)) {
          batch.refuse(line, new RowFault('BAD_ENCODING', 'The line is not UTF-8. Save it as UTF-8.'), text);
        } else if (text !== '' && text.trim() !== '') {
          const values = parseLine(text, columns);
          if (values instanceof RowFault) batch.refuse(line, values, text.trim());
          else batch.rows.push({ line, values });
        }
        line++;
      }
      yield batch;
    } else {
      const batch = new NdjsonBatch([], line);
      const tooLong = new RowFault('TOO_LONG', `${REJECT_REASONS.TOO_LONG}.`);
      batch.refuse(line++, block.type === 'BROKEN' ? block.fault : tooLong, textOf(block.head));
      yield batch;
    }
  }
}

function parseLine(text: string, columns: readonly string[]): readonly unknown[] | RowFault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new RowFault('BAD_JSON', 'The line is no JSON. Write one object a line.');
  }
  if (!isObject(value)) {
    return new RowFault('BAD_JSON', `The line wants a JSON object; got ${quoteValue(value)}.`);
  }
  return columns.map((name) => value[name]);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The lines as text, and the places of those that are not UTF-8 (one character a byte, so that none is lost). */
function decodeLines(bytes: Buffer): {
  readonly lines: readonly string[];
  readonly broken: ReadonlySet<number>;
} {
  const broken = new Set<number>();
  const whole = isUtf8(bytes);
  // Cut as latin1 a line holds exactly the bytes between two line breaks.
  let lines = bytes.toString(whole ? 'utf8' : 'latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (!whole) {
    lines = lines.map((text, index) => {
      const line = Buffer.from(text, 'latin1');
      if (isUtf8(line)) return line.toString('utf8');
      broken.add(index);
      return text;
    });
  }
  return { lines, broken };
}
