import type { LoggedAnswer } from '../../domain/logged-answer.js';

/**
 * Keeps what was answered, for comparing policies afterwards. It serves measurement only, so it never holds up an answer: where
 * the store is slow or away, answers go missing here, and are counted.
 */
export interface AnswerLog {
  /** Takes an answer in and returns at once, without waiting for any store. Never throws. */
  append(answer: LoggedAnswer): void;
  /** Answers that were taken in, or refused, and will never be read, since the log was opened. */
  readonly dropped: number;
  /** Resolves when each answer taken in before is either in the store or counted as dropped. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, then takes nothing more. Never rejects. */
  close(): Promise<void>;
}
