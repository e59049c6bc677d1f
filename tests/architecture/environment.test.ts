import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../support/package-root.js';

const ALLOWED = /^src\/cli\/(wiring\/|main\.ts$)/;
const READS_ENVIRONMENT =
  /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"](node:)?process/;

const sources = (folder: string): string[] =>
  readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|contract)\.ts$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

describe('the environment', () => {
  it('is read in src/cli/wiring alone', () => {
    const files = ['src', 'jobs', 'bench'].flatMap(sources);
    const readers = files.filter((file) =>
      READS_ENVIRONMENT.test(readFileSync(join(PACKAGE_ROOT, file), 'utf8')),
    );
    expect(readers.filter((file) => !ALLOWED.test(file))).toEqual([]);
    // It finds the readers there are: a pattern that finds none would pass for ever.
    expect(readers).toContain('src/cli/wiring/parts.ts');
  });

  it.each([
    'process.env.PORT',
    "process['env']",
    'const { env } = process;',
    "import { env } from 'node:process'",
  ])('finds %s', (text) => expect(READS_ENVIRONMENT.test(text)).toBe(true));
});
