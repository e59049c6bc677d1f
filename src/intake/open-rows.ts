import { BadInputError } from '../domain/errors.js';
import { openCsvRows } from './csv-rows.js';
import { openFileBytes } from './file-bytes.js';
import { openNdjsonRows } from './ndjson-rows.js';
import { openParquetRows } from './parquet-rows.js';
import type { RowReader, RowSchema } from './row-reader.js';

const FORMATS = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', parquet: 'parquet' } as const;
type Format = (typeof FORMATS)[keyof typeof FORMATS];

/**
 * Opens a file of rows by its extension (`.csv`, `.ndjson`, `.jsonl`, `.parquet`, each with `.gz`, too). Whether it is gzipped is
 * read from its first bytes. Rejects with BAD_USER_INPUT where the file is absent or is not what its name says.
 */
export async function openRows(path: string, schema: RowSchema, signal?: AbortSignal): Promise<RowReader> {
  const format = formatOf(path);
  const file = await openFileBytes(path, signal);
  switch (format) {
    case 'csv':
      return openCsvRows(path, file, schema);
    case 'ndjson':
      return openNdjsonRows(file, schema);
    case 'parquet':
      return openParquetRows(path, file, schema);
  }
}

function formatOf(path: string): Format {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = Object.entries(FORMATS).find(([name]) => name === extension)?.[1];
  if (format === undefined) {
    throw new BadInputError(
      `${path} wants a name ending in .csv, .ndjson, .jsonl or .parquet (and .gz where it is gzipped).`,
    );
  }
  return format;
}
