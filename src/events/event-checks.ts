import { findOption, MAX_OPTIONS, type Poll } from '../domain/poll.js';
import { DAY, MINUTE, type Millis } from '../domain/time.js';
import type { RejectionCode, VoteInput } from './recorder.js';

/** Clocks of phones differ by this much and no more. */
export const FUTURE_TOLERANCE: Millis = 5 * MINUTE;
/** Apps that were offline send their events late; what is older than this was meant for an import. */
export const OLDEST_EVENT: Millis = 90 * DAY;

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

const reject = (code: RejectionCode, message: string): Rejection => ({ code, message });

/** What is wrong with an event's poll or time; null where nothing is. */
export function checkEvent(
  input: { readonly pollId: string; readonly at: Millis | null },
  poll: Poll | null,
  now: Millis,
): Rejection | null {
  if (poll === null) return reject('UNKNOWN_POLL', `There is no poll "${input.pollId}"`);
  const at = input.at ?? now;
  if (at > now + FUTURE_TOLERANCE) {
    return reject(
      'IN_FUTURE',
      `${new Date(at).toISOString()} is in the future; the clock here says ${new Date(now).toISOString()}`,
    );
  }
  if (at < now - OLDEST_EVENT) {
    return reject(
      'TOO_OLD',
      `${new Date(at).toISOString()} is more than 90 days ago; use \`hunch import\` for old events`,
    );
  }
  return null;
}

/** What is wrong with a vote; null where nothing is. A vote given before the poll closed counts, however late it comes. */
export function checkVote(input: VoteInput, poll: Poll | null, now: Millis): Rejection | null {
  const fault = checkEvent(input, poll, now);
  if (fault !== null || poll === null) return fault;
  if (findOption(poll, input.optionId) === null) {
    const options = poll.options.map((option) => `"${option.id}"`).join(', ');
    return reject('UNKNOWN_OPTION', `Poll "${poll.id}" has no option "${input.optionId}"; it has ${options}`);
  }
  const at = input.at ?? now;
  if (poll.status !== 'OPEN' || (poll.closesAt !== null && at >= poll.closesAt)) {
    return reject(
      'POLL_CLOSED',
      `Poll "${poll.id}" takes no votes: it is ${poll.status === 'OPEN' ? 'past its closing time' : poll.status}`,
    );
  }
  return null;
}

/** What is wrong with a poll of `upsertPolls`; null where nothing is. */
export function checkPoll(poll: Poll): Rejection | null {
  if (poll.options.length < 2)
    return reject('INVALID', `Poll "${poll.id}" wants two options or more; it has ${poll.options.length}`);
  if (poll.options.length > MAX_OPTIONS) {
    return reject(
      'INVALID',
      `Poll "${poll.id}" wants at most ${MAX_OPTIONS} options; it has ${poll.options.length}`,
    );
  }
  const seen = new Set<string>();
  for (const { id } of poll.options) {
    // History tokens are split at their last colon, and `@skip` stands where an option would.
    if (id.includes(':') || id.startsWith('@')) {
      return reject(
        'INVALID',
        `Option ids hold no ":" and do not begin with "@"; poll "${poll.id}" has "${id}"`,
      );
    }
    if (seen.has(id)) return reject('INVALID', `Poll "${poll.id}" has the option "${id}" twice`);
    seen.add(id);
  }
  // History tokens begin with "@" where they name no poll.
  if (poll.id.startsWith('@')) return reject('INVALID', `Poll ids do not begin with "@"; got "${poll.id}"`);
  if (poll.closesAt !== null && poll.closesAt <= poll.createdAt) {
    return reject('INVALID', `Poll "${poll.id}" wants a closing time after its creation`);
  }
  return null;
}
