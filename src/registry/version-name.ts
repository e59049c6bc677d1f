import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ModelFile } from '../datasources/model-store/model-store.js';
import { type ModelVersion, modelVersion, type RunId } from '../domain/ids.js';
import type { Millis } from '../domain/time.js';

/** SHA-256 in hexadecimal by file name. */
export async function checksumsOf(files: readonly ModelFile[]): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {};
  for (const { name, sourcePath } of files) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(sourcePath), hash);
    checksums[name] = hash.digest('hex');
  }
  return checksums;
}

/**
 * The name of a new version: the time in UTC with seconds, so that names sort by age, and six digits of a hash of the
 * content and the run, such as `20261123T184500Z-3fa9c1`.
 */
export function versionName(
  at: Millis,
  checksums: Readonly<Record<string, string>>,
  run: RunId,
): ModelVersion {
  const time = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  const content = Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([content, run]))
    .digest('hex');
  return modelVersion(`${time}-${hash.slice(0, 6)}`);
}
