import { BadInputError } from '../domain/errors.js';
import { CsvScanner, parseHeader } from './csv-scanner.js';
import type { FileBytes } from './file-bytes.js';
import { type LineBlock, lineBlocks } from './line-blocks.js';
import { REJECT_REASONS, RowFault } from './reject-reason.js';
import { knownColumns, missingColumns, type RowBatch, type RowReader, type RowSchema } from './row-reader.js';

/**
 * Reads CSV: comma, double quotes, LF or CRLF, a header line, UTF-8 with or without byte order mark. Rejects with
 * BAD_USER_INPUT where the header can not be read, names a column twice or lacks one that is needed.
 */
export async function openCsvRows(path: string, file: FileBytes, schema: RowSchema): Promise<RowReader> {
  const blocks = lineBlocks(file.chunks);
  const first = await blocks.next();
  const block = first.done ? null : first.value;
  if (block === null) throw new BadInputError(`${path} is empty; it wants a header line and rows.`);
  const bytes = block.type === 'LINES' ? block.bytes : block.head;
  const header = parseHeader(bytes);
  if (header === null || block.type === 'TOO_LONG') {
    await blocks.return(undefined);
    throw new BadInputError(
      `The first line of ${path} is no CSV header in UTF-8. Save the file as CSV in UTF-8.`,
    );
  }
  const problem = headerProblem(schema, header.names);
  if (problem !== null) {
    await blocks.return(undefined);
    throw new BadInputError(`The CSV header of ${path} (${schema.kind}) ${problem}`);
  }
  return {
    columns: header.names,
    batches: readBatches({ block, headerEnd: header.end, blocks, scanner: scannerFor(schema, header.names) }),
    progress: file.progress,
    close: async () => {
      await blocks.return(undefined);
    },
  };
}

function headerProblem(schema: RowSchema, names: readonly string[]): string | null {
  const twice = knownColumns(schema).find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) return `has the column ${twice} twice. Leave one.`;
  return missingColumns(schema, names);
}

function scannerFor(schema: RowSchema, names: readonly string[]): CsvScanner {
  const singleLine = knownColumns(schema)
    .filter((name) => !schema.multiLine.includes(name))
    .map((name) => names.indexOf(name))
    .filter((place) => place !== -1);
  return new CsvScanner({ width: names.length, singleLine, line: 2 });
}

const NOTHING = Buffer.alloc(0);

async function* readBatches(state: {
  readonly block: LineBlock;
  readonly headerEnd: number;
  readonly blocks: AsyncGenerator<LineBlock>;
  readonly scanner: CsvScanner;
}): AsyncGenerator<RowBatch> {
  const { block, blocks, scanner } = state;
  if (block.type === 'LINES') yield scanner.scan(block.bytes.subarray(state.headerEnd), false);
  else if (block.type === 'BROKEN') yield scanner.refuseLine(NOTHING, block.fault);
  for await (const next of blocks) {
    if (next.type === 'LINES') {
      yield scanner.scan(next.bytes, false);
      continue;
    }
    yield scanner.scan(NOTHING, true);
    const tooLong = new RowFault('TOO_LONG', `${REJECT_REASONS.TOO_LONG}.`);
    yield scanner.refuseLine(next.head, next.type === 'BROKEN' ? next.fault : tooLong);
  }
  yield scanner.scan(NOTHING, true);
}
