import type { EventKind, PollEvent } from '../../src/domain/event.js';
import { eventId, optionId, pollId, userId } from '../../src/domain/ids.js';

export interface EventFields {
  readonly id?: string;
  readonly kind?: EventKind;
  readonly user?: string;
  readonly poll?: string;
  readonly option?: string;
  readonly at?: number;
  /** Absent: at once. */
  readonly recordedAt?: number;
  readonly isAuthor?: boolean;
}

/** An event of which the test says only what matters: by default ada's vote for `agree` on poll `p` at 1. Its id tells all fields. */
export function pollEvent(fields: EventFields = {}): PollEvent {
  const { kind = 'VOTE', user = 'ada', poll = 'p', option = 'agree', at = 1 } = fields;
  const { recordedAt = at, isAuthor = false } = fields;
  const base = {
    eventId: eventId(fields.id ?? [kind, user, poll, option, at, recordedAt].join(' ')),
    userId: userId(user),
    pollId: pollId(poll),
    occurredAt: at,
    recordedAt,
    recommendationId: null,
  };
  if (kind === 'VOTE') return { ...base, kind, optionId: optionId(option), isAuthor };
  if (kind === 'IMPRESSION') return { ...base, kind, position: null };
  return { ...base, kind };
}
