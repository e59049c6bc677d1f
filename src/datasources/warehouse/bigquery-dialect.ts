import { splitVerbatim, withoutEnd } from './sql-text.js';

/** What one has to know of a statement of `jobs/sql` to run it in a dataset. */
export interface BigQueryStatement {
  /** Without a semicolon at its end. */
  readonly sql: string;
  /** Names of the parameters it wants. */
  readonly parameters: ReadonlySet<string>;
  /** What it reads from that it does not define itself. */
  readonly tables: ReadonlySet<string>;
}

const PARAMETER = /@(\w+)/g;
const READS = /\b(?:FROM|JOIN)\s+(\w+)/gi;
/** Parentheses, and what a WITH clause defines. */
const PLACES = /\(|\)|\b(\w+)\s+AS\s*(?=\()/gi;
const WITH = /^(\s*)WITH(\s+RECURSIVE)?\b/i;

/** Quoted text and comments are not looked at. */
export function readStatement(googleSql: string): BigQueryStatement {
  const sql = withoutEnd(googleSql);
  const code = codeOf(sql);
  const own = definedIn(code);
  const tables = [...code.matchAll(READS)].map(([, name = '']) => name);
  return {
    sql,
    parameters: new Set([...code.matchAll(PARAMETER)].map(([, name = '']) => name)),
    tables: new Set(tables.filter((name) => !own.has(name) && name.toUpperCase() !== 'UNNEST')),
  };
}

/**
 * The statement with some of its tables defined in front of its own WITH clause, each as a SELECT: what is called `events` in it
 * has another name in the dataset.
 */
export function withTables(
  { sql }: BigQueryStatement,
  definitions: Iterable<readonly [name: string, select: string]>,
): string {
  const clauses = [...definitions].map(([name, select]) => `${name} AS (\n${select}\n)`).join(',\n');
  if (clauses === '') return sql;
  const parts = splitVerbatim(sql);
  const first = parts.findIndex((part, place) => place % 2 === 0 && part.trim() !== '');
  const code = parts[first] ?? '';
  const begins = WITH.exec(code);
  const rest = begins === null ? `\n${code.trimStart()}` : `,${code.slice(begins[0].length)}`;
  // A comment ends with its line.
  const before = parts
    .slice(0, first)
    .map((part) => `${part.trim()}\n`)
    .join('')
    .trimStart();
  return `${before}WITH${begins?.[2] ?? ''} ${clauses}${rest}${parts.slice(first + 1).join('')}`;
}

const codeOf = (sql: string): string =>
  splitVerbatim(sql)
    .map((part, place) => (place % 2 === 1 ? ' ' : part))
    .join('');

/** Names that the statement defines itself, outside of all parentheses. */
function definedIn(code: string): ReadonlySet<string> {
  const names = new Set<string>();
  if (!WITH.test(code)) return names;
  let depth = 0;
  for (const [text, name] of code.matchAll(PLACES)) {
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (depth === 0 && name !== undefined) names.add(name);
  }
  return names;
}
