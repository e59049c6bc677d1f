import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../tests/support/package-root.js';
import { quoted, quotedPath, toDuckDb } from './duckdb-dialect.js';

describe('toDuckDb', () => {
  it.each([
    ['SELECT @a + @b_2', 'SELECT $a + $b_2', ['a', 'b_2']],
    ['SELECT x IN UNNEST(@list)', 'SELECT x IN (SELECT UNNEST($list))', ['list']],
    ['FROM p CROSS JOIN UNNEST(p.topics) AS topic', 'FROM p CROSS JOIN UNNEST(p.topics) AS topic(topic)', []],
    ['FROM UNNEST(GENERATE_ARRAY(1, @n)) AS n', 'FROM UNNEST(GENERATE_ARRAY(1, $n)) AS n(n)', ['n']],
    ["SELECT '@a it''s @b' -- @c\n, /* @d */ @e;", "SELECT '@a it''s @b' -- @c\n, /* @d */ $e", ['e']],
  ])('translates %s', (google, duckdb, parameters) => {
    const statement = toDuckDb(google);
    expect(statement.sql).toBe(duckdb);
    expect([...statement.parameters]).toEqual(parameters);
  });

  it('quotes text, and paths against patterns', () => {
    expect(quoted("it's")).toBe("'it''s'");
    expect(quotedPath("/a[1]/*?'")).toBe("'/a[[]1]/[*][?]'''");
  });
});

describe('the statements of jobs/sql', () => {
  const folder = join(PACKAGE_ROOT, 'jobs', 'sql');

  it('keep to what both engines read', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8');
      const code = text.replace(/--[^\n]*/g, '');
      expect(text, name).toMatch(new RegExp(`^-- ${name.replace('.sql', '')}: `));
      // Double quotes are strings in one engine and names in the other; the rest is read by one of them only.
      expect(code, name).not.toMatch(
        /["`\\;]|::|\$\w|\bEXCLUDE\b|\bEXCEPT\s*\(|\bINTERVAL\b|\bILIKE\b|\bGROUP BY ALL\b/,
      );
      for (const [qualify] of code.matchAll(/\bFROM\b(?:(?!\bFROM\b)[\s\S])*?\bQUALIFY\b/g)) {
        expect(qualify, name).toMatch(/\b(WHERE|GROUP BY|HAVING)\b/);
      }
    }
  });
});
