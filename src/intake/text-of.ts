import { isUtf8 } from 'node:buffer';

/** Bytes as text without the line break; where they are not UTF-8, one character a byte, so that none is lost. */
export function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').replace(/\r?\n$/, '');
}
