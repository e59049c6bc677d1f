import { open, stat } from 'node:fs/promises';
import { BadInputError } from '../domain/errors.js';
import { gunzip } from './gunzip.js';

const CHUNK = 256 * 1024;

/** The content of a file, unpacked where it begins like gzip (whatever its name says). */
export interface FileBytes {
  readonly gzipped: boolean;
  /** To be read once; the file is open only while this is read. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Share of the file's own bytes read so far, 0 to 1. */
  progress(): number;
}

/** Looks at the file. Rejects with BAD_USER_INPUT where there is no readable file of that name. */
export async function openFileBytes(path: string, signal?: AbortSignal): Promise<FileBytes> {
  const state = { read: 0 };
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new BadInputError(`${path} is not a file. Name a file.`);
    const gzipped = await beginsLikeGzip(path);
    const raw = readChunks(path, state, signal);
    return {
      gzipped,
      chunks: gzipped ? gunzip(raw) : raw,
      progress: () => (stats.size === 0 ? 1 : Math.min(1, state.read / stats.size)),
    };
  } catch (error) {
    throw error instanceof BadInputError ? error : unreadable(path, error);
  }
}

async function beginsLikeGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, cause: unknown): BadInputError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ENOENT') return new BadInputError(`There is no file ${path}. Check its name and folder.`);
  return new BadInputError(`${path} can not be read (${code}). Check who may read it.`);
}

async function* readChunks(
  path: string,
  state: { read: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const handle = await open(path);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return;
      state.read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
