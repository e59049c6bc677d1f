import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInputError } from '../../domain/errors.js';

/** Rejects with BAD_USER_INPUT where the folder of a file to be written is none: told before training, not after it. */
export async function assertFolderOf(path: string): Promise<void> {
  const found = await stat(dirname(path)).catch(() => null);
  if (found?.isDirectory()) return;
  throw new BadInputError(`${path} can not be written: there is no folder ${dirname(path)}. Make it first.`);
}
