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
  let failure: Error | null = null;
  let wake = (): void => undefined;
  /** The error that came before what `start` begins has told that it is done; null where none did. */
  const untilDone = (start: (done: () => void) => void): Promise<Error | null> =>
    // A promise of its own each time: a race against one for the whole file would hold every one of them until its end.
    new Promise((resolve) => {
      wake = () => resolve(failure);
      if (failure === null) start(wake);
      else wake();
    });
  stream.once('error', (error) => {
    failure = error;
    wake();
  });
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
        const error = await untilDone((done) => stream.write(piece, done));
        yield* takeProduced();
        if (error !== null) throw error;
      }
    }
    // The end is told by itself: with the last piece it would be the end of that piece's output, too, when it is an error.
    const error = await untilDone((done) => stream.once('end', done).end());
    yield* takeProduced();
    if (error !== null) throw error;
  } finally {
    stream.destroy();
  }
}
