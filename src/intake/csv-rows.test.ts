import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCsvRows } from './csv-rows.js';
import type { FileBytes } from './file-bytes.js';
import { MAX_ROW_BYTES, type RowSchema } from './row-reader.js';

const SCHEMA: RowSchema = {
  kind: 'notes',
  required: [['id'], ['note', 'text']],
  optional: ['at'],
  multiLine: ['note'],
};

function bytesOf(content: string | Buffer, pieceSize = 65_536): FileBytes {
  const bytes = Buffer.from(content);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += pieceSize)
      yield bytes.subarray(start, start + pieceSize);
  }
  return { gzipped: false, chunks: chunks(), progress: () => 0 };
}

interface Read {
  /** Line and values of the rows. */
  readonly rows: (readonly [number, ...unknown[]])[];
  /** Line, reason and text of the rows that could not be read. */
  readonly bad: (readonly [number, string, string])[];
  readonly raws: string[];
}

async function readAll(file: FileBytes): Promise<Read> {
  const reader = await openCsvRows('notes.csv', file, SCHEMA);
  const read: Read = { rows: [], bad: [], raws: [] };
  for await (const batch of reader.batches) {
    batch.rows.forEach((row, index) => {
      read.rows.push([row.line, ...row.values]);
      read.raws.push(batch.raw(index));
    });
    for (const { line, fault, raw } of batch.unreadable) read.bad.push([line, fault.reason, raw]);
  }
  return read;
}

const readText = (content: string | Buffer, pieceSize?: number): Promise<Read> =>
  readAll(bytesOf(content, pieceSize));

describe('CSV rows', () => {
  it('reads lines with LF and CRLF mixed, with and without a last line break, after a byte order mark', async () => {
    const { rows, bad } = await readText('\ufeffid,note\r\n1,one\r\n2,two\n\n3,three');
    expect(rows).toEqual([
      [2, '1', 'one'],
      [3, '2', 'two'],
      [5, '3', 'three'],
    ]);
    expect(bad).toEqual([]);
  });

  it('reads quoted fields with commas, doubled quotes and line breaks, and counts their lines', async () => {
    const { rows, bad, raws } = await readText('id,note\n1,"a, ""b""\r\nc\n"\n2,d\n');
    expect(rows).toEqual([
      [2, '1', 'a, "b"\r\nc\n'],
      [5, '2', 'd'],
    ]);
    expect(bad).toEqual([]);
    expect(raws[0]).toBe('1,"a, ""b""\r\nc\n"');
  });

  it('keeps the rows around ragged ones', async () => {
    const { rows, bad } = await readText('id,note\n1,a\n2\n3,b,c\n"4"\n5,e\n');
    expect(rows.map((row) => row[1])).toEqual(['1', '5']);
    expect(bad).toEqual([
      [3, 'RAGGED_ROW', '2'],
      [4, 'RAGGED_ROW', '3,b,c'],
      [5, 'RAGGED_ROW', '"4"'],
    ]);
  });

  it('takes a quote in the middle of an unquoted field as it stands', async () => {
    const { rows, bad } = await readText('id,note\n1,a 5" pipe\n2,he said "no"\n3,c\n');
    expect(rows).toEqual([
      [2, '1', 'a 5" pipe'],
      [3, '2', 'he said "no"'],
      [4, '3', 'c'],
    ]);
    expect(bad).toEqual([]);
  });

  it('gives up only the line of a quote that is closed in the middle of a field', async () => {
    const { rows, bad } = await readText('id,note\n1,"a" b\n2,c\n');
    expect(rows).toEqual([[3, '2', 'c']]);
    expect(bad).toEqual([[2, 'BAD_QUOTES', '1,"a" b']]);
  });

  it('gives up only the line of a quote that is never closed', async () => {
    const many = Array.from({ length: 1_000 }, (_, row) => `${row},n${row}\n`).join('');
    const { rows, bad } = await readText(`id,note\n${many}x,"open\n${many}`, 997);
    expect(rows).toHaveLength(2_000);
    expect(bad).toEqual([[1_002, 'BAD_QUOTES', 'x,"open']]);
  });

  it('gives up only the line of a stray quote though a later row has quotes', async () => {
    const { rows, bad } = await readText('id,note\n1,"open\n2,b\n3,"c"\n4,d\n');
    expect(rows.map((row) => row[1])).toEqual(['2', '3', '4']);
    expect(bad).toEqual([[2, 'BAD_QUOTES', '1,"open']]);
  });

  it('sees a stray quote where a field that holds no line breaks would get one', async () => {
    const { rows, bad } = await readText('id,note\n"1,a\n2,b\n3,c",x\n4,d\n');
    expect(rows).toEqual([
      [3, '2', 'b'],
      [5, '4', 'd'],
    ]);
    expect(bad).toEqual([
      [2, 'BAD_QUOTES', '"1,a'],
      [4, 'BAD_QUOTES', '3,c",x'],
    ]);
  });

  it('finds broken UTF-8 exactly, and does not mistake the replacement character for it', async () => {
    const broken = Buffer.concat([
      Buffer.from('id,note\n1,\ufffd\n2,a'),
      Buffer.from([0xc3]),
      Buffer.from('\n3,ü\n4,'),
      Buffer.from([0xff]),
      Buffer.from('\n5,"ö"\n'),
    ]);
    const { rows, bad } = await readText(broken);
    expect(rows).toEqual([
      [2, '1', '\ufffd'],
      [4, '3', 'ü'],
      [6, '5', 'ö'],
    ]);
    expect(bad).toEqual([
      [3, 'BAD_ENCODING', '2,aÃ'],
      [5, 'BAD_ENCODING', '4,ÿ'],
    ]);
  });

  it('refuses a line that is too long without keeping it, and a quoted field that is', async () => {
    const long = 'x'.repeat(3 * MAX_ROW_BYTES);
    const plain = await readText(`id,note\n1,a\n2,${long}\n3,c\n`);
    expect(plain.rows.map((row) => row[1])).toEqual(['1', '3']);
    expect(plain.bad.map(([line, reason]) => [line, reason])).toEqual([[3, 'TOO_LONG']]);
    expect(plain.bad[0]?.[2].length).toBeLessThan(2_000);
    const lines = 'a line of text\n'.repeat(MAX_ROW_BYTES / 8);
    const quoted = await readText(`id,note\n1,"${lines}"\n2,b\n`);
    expect(quoted.rows.map((row) => row[1])).toEqual(['2']);
    expect(quoted.bad[0]).toEqual([2, 'BAD_QUOTES', '1,"a line of text']);
  });

  it.each([
    ['', /empty/],
    ['id\n1\n', /missing: note or text; found: id/],
    ['note\nx\n', /missing: id/],
    ['id,note,id\n1,a,1\n', /column id twice/],
    ['"id,note\n1,2\n', /no CSV header/],
    [Buffer.from('\ufeffid,note\n1,a\n', 'utf16le'), /no CSV header in UTF-8/],
    [gzipSync('id,note\n'), /no CSV header|missing/],
  ])('refuses a file whose header is %j', async (content, message) => {
    await expect(readText(content)).rejects.toThrow(message);
  });

  it('reads the same whatever the size of the pieces', async () => {
    const field = fc.oneof(
      fc.constantFrom('', 'a', '"q"', '"line\nbreak"', '"c,d"', '"""x"""', 'é', '"', 'a"b', '"open', '\r'),
      fc.string({ maxLength: 4 }),
    );
    const line = fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => fields.join(','));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const content = `id,note\n${lines.join('\n')}`;
          const { raws: _, ...whole } = await readText(content);
          const { raws: __, ...pieces } = await readText(content, size);
          expect(pieces).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('holds a bounded part of a file without end, also when a quote is never closed', async () => {
    const rows = 'user,agree\n'.repeat(6_000);
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('id,note\nx,"open\n');
      for (;;) {
        given += 6_000;
        yield Buffer.from(rows);
      }
    }
    const file = { gzipped: false, chunks: endless(), progress: () => 0 };
    const reader = await openCsvRows('notes.csv', file, SCHEMA);
    let read = 0;
    for await (const batch of reader.batches) {
      read += batch.rows.length;
      // No more ahead than what a row may hold, and one chunk.
      expect((given - read) * 11).toBeLessThan(MAX_ROW_BYTES + 2 * rows.length);
      if (read > 500_000) break;
    }
    expect(read).toBeGreaterThan(500_000);
  });
});
