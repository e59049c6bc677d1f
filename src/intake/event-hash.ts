import { hash } from 'node:crypto';
import { type EventId, eventId } from '../domain/ids.js';
import type { Millis } from '../domain/time.js';

/**
 * The id of an event whose file gives it none: SHA-256 of user, poll, what was done and when (epoch milliseconds; empty where the file
 * does not say), shortened to 128 bits. The same row has the same id in every file and format. Ids hold no line breaks, so that
 * no two rows are spelled alike.
 */
export function hashEvent(user: string, poll: string, done: { what: string; at: Millis | null }): EventId {
  return eventId(hash('sha256', `${user}\n${poll}\n${done.what}\n${done.at ?? ''}`, 'hex').slice(0, 32));
}
