import { describe, expect, it } from 'vitest';
import { openNdjsonRows } from './ndjson-rows.js';
import { MAX_ROW_BYTES, type RowSchema } from './row-reader.js';

const SCHEMA: RowSchema = { kind: 'notes', required: [['id'], ['note']], optional: ['at'], multiLine: [] };

async function readText(content: string | Buffer, pieceSize = 65_536) {
  const bytes = Buffer.from(content);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += pieceSize)
      yield bytes.subarray(start, start + pieceSize);
  }
  const rows: unknown[] = [];
  const bad: unknown[] = [];
  const raws: string[] = [];
  const reader = openNdjsonRows({ gzipped: false, chunks: chunks(), progress: () => 0 }, SCHEMA);
  for await (const batch of reader.batches) {
    batch.rows.forEach(({ line, values }, index) => {
      rows.push([line, ...values]);
      raws.push(batch.raw(index));
    });
    for (const { line, fault, raw } of batch.unreadable) bad.push([line, fault.reason, raw]);
  }
  return { rows, bad, raws };
}

describe('NDJSON rows', () => {
  it('reads objects, passes over blank lines and other fields', async () => {
    const { rows, bad, raws } = await readText(
      '\ufeff{"id":1,"note":"a","x":2}\r\n\n  \n{"note":["b"],"id":"2","at":5}',
    );
    expect(rows).toEqual([
      [1, 1, 'a', undefined],
      [4, '2', ['b'], 5],
    ]);
    expect(bad).toEqual([]);
    expect(raws).toEqual(['{"id":1,"note":"a","x":2}', '{"note":["b"],"id":"2","at":5}']);
  });

  it('keeps the rows around lines that are no JSON object', async () => {
    const { rows, bad } = await readText('{"id":"1"\n[1]\nnull\n"x"\n{"id":"5"}\n{"id":"6"} {}\n');
    expect(rows).toEqual([[5, '5', undefined, undefined]]);
    expect(bad).toEqual([
      [1, 'BAD_JSON', '{"id":"1"'],
      [2, 'BAD_JSON', '[1]'],
      [3, 'BAD_JSON', 'null'],
      [4, 'BAD_JSON', '"x"'],
      [6, 'BAD_JSON', '{"id":"6"} {}'],
    ]);
  });

  it('finds broken UTF-8 exactly', async () => {
    const broken = Buffer.concat([
      Buffer.from('{"id":"\ufffd"}\n{"id":"'),
      Buffer.from([0xe2, 0x82]),
      Buffer.from('"}\n{"id":"€"}\n'),
    ]);
    for (const size of [1, 5, 1_000]) {
      const { rows, bad } = await readText(broken, size);
      expect(rows).toEqual([
        [1, '\ufffd', undefined, undefined],
        [3, '€', undefined, undefined],
      ]);
      expect(bad).toEqual([[2, 'BAD_ENCODING', '{"id":"\u00e2\u0082"}']]);
    }
  });

  it('refuses a line that is too long without keeping it', async () => {
    const { rows, bad } = await readText(
      `{"id":"1"}\n{"id":"${'x'.repeat(2 * MAX_ROW_BYTES)}"}\n{"id":"3"}\n`,
    );
    expect(rows).toEqual([
      [1, '1', undefined, undefined],
      [3, '3', undefined, undefined],
    ]);
    expect(bad).toEqual([[2, 'TOO_LONG', expect.stringMatching(/^\{"id":"x{1000,1100}$/)]]);
  });
});
