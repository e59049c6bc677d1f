import type { LoggedAnswer, LoggedPlace } from '../domain/logged-answer.js';

/** One answer, as metrics and the answer log see it: not whom it was for. */
export interface AnswerRecord extends Omit<LoggedAnswer, 'subject' | 'places'> {
  /** Scenario, order, poll or query: what tells lists of a kind apart. */
  readonly subject: string;
  readonly durationMs: number;
  /** In the order shown. */
  readonly items: readonly LoggedPlace[];
}

/** Told of every answer, so that no degradation stays silent. Must not throw. */
export type AnswerObserver = (record: AnswerRecord) => void;

/** What the answer log keeps of a record: not what was searched for. */
export function loggedAnswer(record: AnswerRecord): LoggedAnswer {
  const { recommendationId, answeredAt, list, subject, source, fallbackReason, model, items, exploration } =
    record;
  return {
    recommendationId,
    answeredAt,
    list,
    subject: list === 'search' ? null : subject,
    source,
    fallbackReason,
    model,
    places: items,
    exploration,
  };
}
