/**
 * True for a name that is safe as one part of a path on every file system: up to 128 letters, digits, ".", "_" and "-", not
 * beginning with a sign. `..` and hidden names are none.
 */
export const isPathSegment = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text);
