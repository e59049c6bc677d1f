import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface TempFolders {
  /** A new empty folder. */
  make(): Promise<string>;
}

/** Call it in the body of a suite: the folders that it makes are removed after the suite's last test. */
export function tempFolders(): TempFolders {
  const made: string[] = [];
  afterAll(async () => {
    await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 })));
  });
  return {
    async make() {
      const folder = await mkdtemp(join(tmpdir(), 'hunch-test-'));
      made.push(folder);
      return folder;
    },
  };
}
