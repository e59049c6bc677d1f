import { describe, expect, it } from 'vitest';
import { documentId } from './document-id.js';

describe('documentId', () => {
  it('keeps an id that the server takes, and shortens one that is too long', () => {
    expect(documentId('user 語')).toBe('user 語');
    const long = documentId('語'.repeat(256));
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(512);
    expect(long).not.toBe(documentId('語'.repeat(255)));
  });

  it('gives two ids never the same document, though one looks like a shortened other', () => {
    const long = '語'.repeat(256);
    expect(documentId(documentId(long))).not.toBe(documentId(long));
  });
});
