import { isUtf8 } from 'node:buffer';
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import { RowFault } from './reject-reason.js';
import { MAX_ROW_BYTES, type Row, type RowBatch, type UnreadableRow } from './row-reader.js';
import { textOf } from './text-of.js';

const QUOTE = 34;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
const SYNTAX = { record_delimiter: ['\r\n', '\n'], relax_column_count: true };

/** Gives the text of the row that begins on that line. */
interface RowSource {
  text(line: number): string;
}
interface CsvRow extends Row {
  readonly source: RowSource;
}

class CsvBatch implements RowBatch {
  readonly rows: CsvRow[] = [];
  readonly unreadable: UnreadableRow[] = [];

  raw(index: number): string {
    const row = this.rows[index];
    return row === undefined ? '' : row.source.text(row.line);
  }
}

/**
 * Finds the rows of a CSV file in pieces of whole lines. The parsing is csv-parse's; this keeps the following rows when one
 * is broken, which a parser that is given the whole stream can not: after a stray quote it would take the rest of the file for
 * one field. Where a quote proves wrong, the line on which the row begins is given up and reading goes on with the next one.
 */
export class CsvScanner {
  readonly #width: number;
  readonly #singleLine: readonly number[];
  /** The beginning of a row whose quoted field goes on in the next piece. */
  #carry: Buffer = NOTHING;
  #line: number;

  /** `singleLine`: places of the columns that can not hold line breaks. `line`: the first line after the header. */
  constructor(options: { width: number; singleLine: readonly number[]; line: number }) {
    this.#width = options.width;
    this.#singleLine = options.singleLine;
    this.#line = options.line;
  }

  /** The rows of the next whole lines; with `last` also what was waiting for a closing quote. */
  scan(bytes: Buffer, last: boolean): RowBatch {
    const batch = new CsvBatch();
    let rest = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    this.#carry = NOTHING;
    while (rest.length > 0) {
      const utf8 = isUtf8(rest);
      if (utf8 && !rest.includes(QUOTE)) {
        this.#takeLines(rest, batch);
        break;
      }
      const { records, error } = parseRecords(rest);
      const used = this.#takeRecords({ bytes: rest, records, utf8, batch });
      rest = rest.subarray(used.bytes);
      if (rest.length === 0) break;
      if (!used.stray && !last && isUnfinished(error) && rest.length <= MAX_ROW_BYTES) {
        this.#carry = Buffer.from(rest);
        break;
      }
      rest = rest.subarray(this.#takeBrokenLine(rest, error, batch));
    }
    return batch;
  }

  /** Counts a line that was too long to be kept. */
  refuseLine(head: Buffer, fault: RowFault): RowBatch {
    const batch = new CsvBatch();
    batch.unreadable.push({ line: this.#line++, fault, raw: textOf(head) });
    return batch;
  }

  /** Without a quote in it every line is a row: the quick way. */
  #takeLines(bytes: Buffer, batch: CsvBatch): void {
    const records: string[][] = parse(bytes, SYNTAX);
    const firstLine = this.#line;
    let lines: string[] | null = null;
    const source: RowSource = {
      text(line) {
        lines ??= bytes.toString('utf8').split(/\r?\n/);
        return lines[line - firstLine] ?? '';
      },
    };
    for (const values of records) {
      this.#add(batch, values, source);
      this.#line++;
    }
  }

  /** Takes records up to the first one that a stray quote seems to have made; how many bytes they were. */
  #takeRecords(piece: {
    readonly bytes: Buffer;
    readonly records: readonly ParsedRecord[];
    readonly utf8: boolean;
    readonly batch: CsvBatch;
  }): { readonly bytes: number; readonly stray: boolean } {
    let start = 0;
    for (const { values, end } of piece.records) {
      const bytes = piece.bytes.subarray(start, end);
      const breaks = lineBreaks(bytes);
      if (breaks > 1 && this.#singleLine.some((place) => values[place]?.includes('\n'))) {
        return { bytes: start, stray: true };
      }
      if (piece.utf8 || isUtf8(bytes)) {
        this.#add(piece.batch, values, { text: () => textOf(bytes) });
      } else {
        this.#refuse(
          piece.batch,
          bytes,
          new RowFault('BAD_ENCODING', 'The row is not UTF-8. Save it as UTF-8.'),
        );
      }
      this.#line += breaks;
      start = end;
    }
    return { bytes: start, stray: false };
  }

  /** Takes one line with a wrong quote in it; how many bytes it was. */
  #takeBrokenLine(bytes: Buffer, error: CsvError | null, batch: CsvBatch): number {
    const length = bytes.indexOf(NEWLINE) + 1 || bytes.length;
    const line = bytes.subarray(0, length);
    const values = error?.code === 'INVALID_OPENING_QUOTE' && isUtf8(line) ? parseLiterally(line) : null;
    if (values?.length === this.#width) {
      this.#add(batch, values, { text: () => textOf(line) });
    } else {
      const message =
        'A quote is not closed, or closed in the middle of a field. Double quotes within a field.';
      this.#refuse(batch, line, new RowFault('BAD_QUOTES', message));
    }
    this.#line++;
    return length;
  }

  #add(batch: CsvBatch, values: readonly string[], source: RowSource): void {
    if (values.length === this.#width) {
      batch.rows.push({ line: this.#line, values, source });
    } else if (values.length > 1 || values[0] !== '') {
      const message = `The header has ${this.#width} fields, the row ${values.length}.`;
      const fault = new RowFault('RAGGED_ROW', message);
      batch.unreadable.push({ line: this.#line, fault, raw: source.text(this.#line) });
    }
  }

  #refuse(batch: CsvBatch, bytes: Buffer, fault: RowFault): void {
    batch.unreadable.push({ line: this.#line, fault, raw: textOf(bytes) });
  }
}

/** A record and the place in the bytes at which it ends, its line break included. */
interface ParsedRecord {
  readonly values: string[];
  readonly end: number;
}

/** The records up to the first fault, and the fault. */
function parseRecords(bytes: Buffer): {
  readonly records: readonly ParsedRecord[];
  readonly error: CsvError | null;
} {
  const records: ParsedRecord[] = [];
  const keep = (values: string[], info: InfoRecord): null => {
    records.push({ values, end: info.bytes });
    return null;
  };
  try {
    parse(bytes, { ...SYNTAX, max_record_size: MAX_ROW_BYTES, on_record: keep });
    return { records, error: null };
  } catch (error) {
    if (error instanceof CsvError) return { records, error };
    throw error;
  }
}

/** A line with quotes in the middle of unquoted fields, taken as they stand; null where that makes no record either. */
function parseLiterally(line: Buffer): string[] | null {
  try {
    const records: string[][] = parse(line, { ...SYNTAX, relax_quotes: true });
    return records[0] ?? null;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

const isUnfinished = (error: CsvError | null): boolean => error?.code === 'CSV_QUOTE_NOT_CLOSED';

function lineBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** The names in the first line and the bytes it takes; null where they can not be read. */
export function parseHeader(
  bytes: Buffer,
): { readonly names: readonly string[]; readonly end: number } | null {
  let end = 0;
  const keep = (values: string[], info: InfoRecord): string[] => {
    end = info.bytes;
    return values;
  };
  try {
    const records: string[][] = parse(bytes, { ...SYNTAX, to: 1, on_record: keep });
    const names = records[0]?.map((name) => name.trim());
    return names === undefined || !isUtf8(bytes.subarray(0, end)) ? null : { names, end };
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
