import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from './gunzip.js';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function unpack(bytes: Buffer, size = 4_096): Promise<{ text: string; code: unknown }> {
  const got: Buffer[] = [];
  let code: unknown = null;
  try {
    for await (const chunk of gunzip(pieces(bytes, size))) got.push(chunk);
  } catch (error) {
    code = error instanceof Error && 'code' in error ? error.code : error;
  }
  return { text: Buffer.concat(got).toString('utf8'), code };
}

const text = Array.from(
  { length: 40_000 },
  (_, row) => `user-${(row * 7_919) % 9_973},poll-${row % 997}\n`,
).join('');
const packed = gzipSync(text);

describe('gunzip', () => {
  it('unpacks whatever the size of the pieces', async () => {
    for (const size of [1_000, 65_536, packed.length]) {
      expect(await unpack(packed, size)).toEqual({ text, code: null });
    }
  });

  it('unpacks members one after another', async () => {
    expect(await unpack(Buffer.concat([gzipSync('one '), gzipSync('two')]))).toEqual({
      text: 'one two',
      code: null,
    });
  });

  it('gives what comes before the end of a file that breaks off', async () => {
    for (const share of [0.25, 0.5, 0.9, 0.999]) {
      const cut = Math.floor(packed.length * share);
      const result = await unpack(packed.subarray(0, cut));
      expect(result.code).toBe('Z_BUF_ERROR');
      expect(text.startsWith(result.text)).toBe(true);
      // All but what zlib can not decide without the bytes that are missing.
      expect(result.text.length).toBeGreaterThan(text.length * (share - 0.05));
    }
  });

  it('says that a file which lacks the last byte of its checksum breaks off', async () => {
    const result = await unpack(packed.subarray(0, packed.length - 1));
    expect(result).toEqual({ text, code: 'Z_BUF_ERROR' });
  });

  it('gives what comes before damage', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, Math.floor(packed.length / 2), Math.floor(packed.length / 2) + 64);
    const result = await unpack(damaged);
    expect(result.code).toMatch(/^Z_(DATA|BUF)_ERROR$/);
    expect(result.text.length).toBeGreaterThan(text.length / 4);
  });

  it('holds no more memory the longer the file is', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const member = gzipSync('a short text');
    async function* source(pieces: number): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < pieces; piece += 1) yield member;
    }
    const heapAfter = async (pieces: number): Promise<number> => {
      let read = 0;
      let held = 0;
      for await (const chunk of gunzip(source(pieces))) {
        read += chunk.length;
        if (read < 12 * pieces) continue;
        collect();
        held = process.memoryUsage().heapUsed;
      }
      return held;
    };
    // What one more piece held would be 300 bytes: 9 MB of these.
    const short = await heapAfter(1_000);
    expect((await heapAfter(30_000)) - short).toBeLessThan(3e6);
  });

  it('takes in no more than a few pieces ahead of the reader', async () => {
    let taken = 0;
    const endless = gzipSync(text);
    async function* source(): AsyncGenerator<Buffer> {
      for (;;) {
        taken++;
        yield endless;
      }
    }
    let read = 0;
    for await (const chunk of gunzip(source())) {
      read += chunk.length;
      expect(taken).toBeLessThanOrEqual(Math.ceil(read / text.length) + 1);
      if (read > 20 * text.length) break;
    }
    expect(taken).toBeGreaterThan(15);
  });
});
