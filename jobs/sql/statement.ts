import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.js';

/** The text of `jobs/sql/NAME.sql`. */
export const readStatement = (name: string): Promise<string> =>
  readFile(join(packageRoot(), 'jobs', 'sql', `${name}.sql`), 'utf8');
