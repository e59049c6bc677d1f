/** Quoted text and comments, which stay as they are. */
const VERBATIM = /('(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/)/;

/** The code of a statement at the even places, quoted text and comments between it at the odd ones; joined, the statement. */
export const splitVerbatim = (sql: string): string[] => sql.split(VERBATIM);

/** Without the semicolon that ends it. */
export const withoutEnd = (sql: string): string => sql.trim().replace(/;$/, '');
