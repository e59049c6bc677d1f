import { createGunzip } from 'node:zlib';

/** Compressed bytes that are given to zlib at a time: at most a thousand times as many come out of them. */
const PIECE = 16 * 1024;

/**
 * Unpacks gzip, members one after another included. Everything that can be unpacked is given before the error: piping
 * through the zlib stream would drop what it holds when the input breaks off.
 *
 * @throws the zlib error: code Z_BUF_ERROR where the input ends too early, others where it is damaged.
 */
export async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: 64 * 1024 });
  let produced: Buffer[] = [];
  const failure = new Promise<Error>((resolve) => stream.once('error', resolve));
  const finished = new Promise<null>((resolve) => stream.once('end', () => resolve(null)));
  stream.on('data', (chunk: Buffer) => produced.push(chunk));

  const takeProduced = (): Buffer[] => {
    // In flowing mode read() hands what is buffered to the listener above.
    while (stream.read() !== null);
    const taken = produced;
    produced = [];
    return taken;
  };

  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += PIECE) {
        const piece = chunk.subarray(start, start + PIECE);
        const written = new Promise<null>((resolve) => stream.write(piece, () => resolve(null)));
        const error = await Promise.race([written, failure]);
        yield* takeProduced();
        if (error !== null) throw error;
      }
    }
    // The end is told by itself: with the last piece it would be the end of that piece's output, too, when it is an error.
    stream.end();
    const error = await Promise.race([finished, failure]);
    yield* takeProduced();
    if (error !== null) throw error;
  } finally {
    stream.destroy();
  }
}
