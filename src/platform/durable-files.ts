import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HOUR } from '../domain/time.js';

/** Names that begin so are work in hand; what a killed process leaves of them is removed by `sweepUnfinished`. */
const UNFINISHED = '.unfinished-';

/** The code of an error of the file system, such as `ENOENT`; null for any other error. */
export const fileErrorCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

export const isMissing = (error: unknown): boolean => fileErrorCode(error) === 'ENOENT';

/** A new path beside `path`, on the same file system, that readers of the folder pass over. */
export const unfinishedPath = (path: string): string =>
  join(dirname(path), `${UNFINISHED}${randomBytes(6).toString('hex')}-${basename(path)}`);

/** Writes a new file and waits until its bytes are on the disk. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until the bytes of the file are on the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until names made or removed in `folder` are on the disk. Windows can't, and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces the file: a reader sees the old content or the new one, whenever the writer is killed. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = unfinishedPath(path);
  try {
    await writeSynced(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes what killed processes left in `folder` an hour ago or longer. */
export async function sweepUnfinished(folder: string): Promise<void> {
  const limit = Date.now() - HOUR;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(folder, name);
    const changedAt = await stat(path).then(
      (found) => found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (changedAt < limit) await rm(path, { recursive: true, force: true });
  }
}
