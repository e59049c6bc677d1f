const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * A 32-bit hash of a text that is the same on every machine and in every version: FNV-1a over UTF-16 units, with the
 * final mixing of MurmurHash3, so that similar ids fall far apart. Not for secrets.
 */
export function stableHash(text: string): number {
  let hash = OFFSET;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stable number in [0, 1) for a text and a purpose. Different purposes give independent numbers. */
export const stableShare = (purpose: string, text: string): number =>
  stableHash(`${purpose}\u0000${text}`) / 2 ** 32;
