import { copyFile, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileErrorCode, syncFile, syncFolder } from '../../platform/durable-files.js';
import type { ModelFile } from './model-store.js';

/** Copies the files into a new folder and waits until all of it is on the disk. */
export async function copyFiles(files: readonly ModelFile[], folder: string): Promise<void> {
  const folders = new Set([folder]);
  for (const { name, sourcePath } of files) {
    const path = join(folder, ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await copyFile(sourcePath, path);
    await syncFile(path);
    for (let above = dirname(path); above !== folder; above = dirname(above)) folders.add(above);
  }
  for (const each of folders) await syncFolder(each);
}

/** Renames a folder; false where the new name belongs to a folder already, which is left as it is. */
export async function renameUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    // Renaming onto a folder fails unless that one is empty, and a version folder never is.
    await rename(from, to);
    return true;
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false;
    throw error;
  }
}

/** Whether two folders hold the same names with the same content. */
export async function sameFiles(one: string, other: string): Promise<boolean> {
  const [names, otherNames] = await Promise.all([fileNames(one), fileNames(other)]);
  if (names.join('\n') !== otherNames.join('\n')) return false;
  for (const name of names) {
    const [bytes, otherBytes] = await Promise.all([readFile(join(one, name)), readFile(join(other, name))]);
    if (!bytes.equals(otherBytes)) return false;
  }
  return true;
}

async function fileNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
