import { createHash } from 'node:crypto';

/** The server's limit. */
const MAX_BYTES = 512;
const HASHED = 'sha256-';

/** The `_id` of the document about something with that id: the id itself, or its hash where that is too long. */
export function documentId(id: string): string {
  if (Buffer.byteLength(id) <= MAX_BYTES && !id.startsWith(HASHED)) return id;
  return HASHED + createHash('sha256').update(id).digest('hex');
}
