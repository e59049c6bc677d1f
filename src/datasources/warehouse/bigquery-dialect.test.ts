import { describe, expect, it } from 'vitest';
import { readStatement, withTables } from './bigquery-dialect.js';

describe('readStatement', () => {
  it('finds what a statement reads and wants, in its code only', () => {
    const sql = `-- FROM commented @no
      WITH own AS (SELECT poll_id FROM events /* JOIN nobody */ WHERE kind IN UNNEST(@kinds)),
      more AS (SELECT * FROM own CROSS JOIN UNNEST(own.list) AS item)
      SELECT ' FROM quoted @not ' AS text FROM more LEFT JOIN clean_polls AS p ON p.poll_id = @poll;`;
    const statement = readStatement(sql);
    expect([...statement.tables]).toEqual(['events', 'clean_polls']);
    expect([...statement.parameters]).toEqual(['kinds', 'poll']);
    expect(statement.sql.endsWith('@poll')).toBe(true);
  });

  it('takes for its own only what the statement itself defines', () => {
    const inner =
      'SELECT * FROM (WITH polls AS (SELECT 1 AS x) SELECT x FROM polls) AS inner_one JOIN events ON TRUE';
    expect([...readStatement(inner).tables]).toEqual(['polls', 'events']);
    const own =
      'WITH RECURSIVE events AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM events WHERE x < 3) SELECT x FROM events';
    expect([...readStatement(own).tables]).toEqual([]);
  });
});

describe('withTables', () => {
  const tables = [['events', 'SELECT 1 AS x']] as const;

  it.each([
    ['SELECT x FROM events', 'WITH events AS (\nSELECT 1 AS x\n)\nSELECT x FROM events'],
    [
      '-- what it is\nSELECT x FROM events',
      '-- what it is\nWITH events AS (\nSELECT 1 AS x\n)\nSELECT x FROM events',
    ],
    [
      'WITH a AS (SELECT x FROM events) SELECT x FROM a',
      'WITH events AS (\nSELECT 1 AS x\n), a AS (SELECT x FROM events) SELECT x FROM a',
    ],
    [
      "with recursive a AS (SELECT 'WITH' AS t FROM events) SELECT t FROM a",
      "WITH recursive events AS (\nSELECT 1 AS x\n), a AS (SELECT 'WITH' AS t FROM events) SELECT t FROM a",
    ],
  ])('defines them in front of %s', (sql, expected) => {
    expect(withTables(readStatement(sql), tables)).toBe(expected);
  });

  it('leaves a statement alone that reads none', () => {
    expect(withTables(readStatement('SELECT 1 AS one;'), [])).toBe('SELECT 1 AS one');
  });
});
