import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The secret that signs cursors: made once in DATA_DIR, shared by all instances on it. */
export function signingSecret(dataDir: string): string {
  const file = join(dataDir, 'signing-secret');
  mkdirSync(dataDir, { recursive: true });
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const aside = `${file}.${process.pid}`;
    const handle = openSync(aside, 'w', 0o600);
    writeSync(handle, randomBytes(32).toString('base64url'));
    fsyncSync(handle);
    closeSync(handle);
    try {
      // A link appears whole or not at all, and never over another instance's secret.
      linkSync(aside, file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      rmSync(aside, { force: true });
    }
    return readFileSync(file, 'utf8');
  }
}
