import { REJECT_REASONS, RowFault } from './reject-reason.js';
import { MAX_ROW_BYTES } from './row-reader.js';

/** A piece of a text file. */
export type LineBlock =
  /** Whole lines, each with its line break (the last one of the file may lack it). */
  | { readonly type: 'LINES'; readonly bytes: Buffer }
  /** One line that is longer than rows may be, of which only the beginning is kept. */
  | { readonly type: 'TOO_LONG'; readonly head: Buffer }
  /** The file breaks off or is damaged; with what was read of the line at that place. Always the last piece. */
  | { readonly type: 'BROKEN'; readonly fault: RowFault; readonly head: Buffer };

const NEWLINE = 10;
/** What is kept of a line that is too long. */
const HEAD = 1024;
const NOTHING = Buffer.alloc(0);

/** Cuts chunks after line breaks, holding at most one chunk and one row. Skips a byte order mark. */
export async function* lineBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let pending: Buffer = NOTHING;
  let skipping: Buffer | null = null;
  let first = true;
  try {
    for await (const chunk of chunks) {
      let bytes = chunk;
      if (skipping !== null) {
        const lineEnd = bytes.indexOf(NEWLINE);
        if (lineEnd === -1) continue;
        yield { type: 'TOO_LONG', head: skipping };
        skipping = null;
        bytes = bytes.subarray(lineEnd + 1);
      }
      if (pending.length > 0) bytes = Buffer.concat([pending, bytes]);
      if (first) {
        pending = bytes;
        if (bytes.length < 3) continue;
        bytes = withoutMark(bytes);
        first = false;
      }
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield { type: 'LINES', bytes: bytes.subarray(0, end) };
      pending = bytes.subarray(end);
      if (pending.length > MAX_ROW_BYTES) {
        skipping = Buffer.from(pending.subarray(0, HEAD));
        pending = NOTHING;
      }
    }
  } catch (error) {
    const fault = damage(error);
    if (fault === null) throw error;
    yield { type: 'BROKEN', fault, head: (skipping ?? pending).subarray(0, HEAD) };
    return;
  }
  if (skipping !== null) yield { type: 'TOO_LONG', head: skipping };
  else if (pending.length > 0) yield { type: 'LINES', bytes: first ? withoutMark(pending) : pending };
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** What zlib's error says of the file; null for an error that is not about the file's content. */
function damage(error: unknown): RowFault | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return new RowFault('TRUNCATED_GZIP', `${REJECT_REASONS.TRUNCATED_GZIP}. Copy the file again.`);
  }
  if (code.startsWith('Z_')) {
    const detail = error instanceof Error ? error.message : code;
    return new RowFault('CORRUPT_FILE', `${REJECT_REASONS.CORRUPT_FILE} (gzip: ${detail}).`);
  }
  return null;
}
