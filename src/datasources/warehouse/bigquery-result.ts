import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import type { ColumnBatch } from './warehouse.js';

const field = z.object({ name: z.string(), type: z.string(), mode: z.string().optional() });
export type ResultField = Readonly<z.infer<typeof field>>;

/** A column of a result or a table, as BigQuery describes it. */
export const resultSchema = z.object({ fields: z.array(field).default([]) });

type Cell = string | null | readonly { readonly v: string | null }[];
/** A row as it comes over the wire. */
export interface WireRow {
  readonly f: readonly { readonly v: Cell }[];
}

/** The rows themselves are trusted: there are millions of them. */
export const wireRows = z.array(z.custom<WireRow>((row) => typeof row === 'object' && row !== null));

type Read = (text: string) => unknown;

const readWhole: Read = (text) => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};
const WORDS: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
const readNumber: Read = (text) => WORDS[text.toLowerCase()] ?? Number(text);
const readTruth: Read = (text) => text === 'true';
const readText: Read = (text) => text;
/** From microseconds. */
const readTime: Read = (text) => Math.floor(Number(text) / 1_000);

/** By BigQuery's names of the types, of which some have two. */
const READERS: Readonly<Record<string, Read>> = {
  STRING: readText,
  INTEGER: readWhole,
  INT64: readWhole,
  FLOAT: readNumber,
  FLOAT64: readNumber,
  NUMERIC: readNumber,
  BIGNUMERIC: readNumber,
  BOOLEAN: readTruth,
  BOOL: readTruth,
  TIMESTAMP: readTime,
};

/** How values of the column are read. Rejects types that are no plain value. */
function readerOf({ name, type, mode }: ResultField): (cell: Cell) => unknown {
  const read = READERS[type];
  if (read === undefined) {
    throw new HunchError('INVALID_DATA', `The statement gives ${name} as ${type}; select a plain value.`);
  }
  const readItem = (text: string | null): unknown => (text === null ? null : read(text));
  if (mode !== 'REPEATED') return (cell) => (typeof cell === 'string' ? read(cell) : null);
  return (cell) => (cell === null || typeof cell === 'string' ? [] : cell.map(({ v }) => readItem(v)));
}

/** A page of a result; columns are converted when asked for. */
export class BigQueryBatch implements ColumnBatch {
  readonly rowCount: number;
  readonly #rows: readonly WireRow[];
  readonly #fields: readonly ResultField[];

  constructor(rows: readonly WireRow[], fields: readonly ResultField[]) {
    this.rowCount = rows.length;
    this.#rows = rows;
    this.#fields = fields;
  }

  column(name: string): readonly unknown[] {
    const place = this.#fields.findIndex((field) => field.name === name);
    const field = this.#fields[place];
    if (field === undefined) {
      const names = this.#fields.map((one) => one.name).join(', ');
      throw new HunchError('INVALID_DATA', `There is no column ${name} in ${names}.`);
    }
    const read = readerOf(field);
    return this.#rows.map((row) => read(row.f[place]?.v ?? null));
  }

  /** The same as objects. */
  rows(): Record<string, unknown>[] {
    const columns = this.#fields.map((field) => [field.name, this.column(field.name)] as const);
    return this.#rows.map((_, place) =>
      Object.fromEntries(columns.map(([name, values]) => [name, values[place]])),
    );
  }
}
