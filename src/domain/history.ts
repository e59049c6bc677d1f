import { type OptionId, optionId, type PollId, pollId } from './ids.js';

/** One item of a user's history as the models read it; see `formatToken` for the four forms. */
export type HistoryToken =
  | { readonly kind: 'VOTE'; readonly pollId: PollId; readonly optionId: OptionId }
  | { readonly kind: 'SKIP'; readonly pollId: PollId }
  | { readonly kind: 'TOPIC'; readonly topic: string }
  | { readonly kind: 'LANGUAGE'; readonly language: string };

const SKIP = '@skip';
const TOPIC = '@topic:';
const LANGUAGE = '@language:';

/** `POLL:OPTION`, `POLL:@skip`, `@topic:NAME` or `@language:TAG`. */
export function formatToken(token: HistoryToken): string {
  switch (token.kind) {
    case 'VOTE':
      return `${token.pollId}:${token.optionId}`;
    case 'SKIP':
      return `${token.pollId}:${SKIP}`;
    case 'TOPIC':
      return TOPIC + token.topic;
    case 'LANGUAGE':
      return LANGUAGE + token.language;
  }
}

/** The token that `text` spells, split at its last colon (option ids hold none); null where it spells none. */
export function parseToken(text: string): HistoryToken | null {
  if (text.startsWith(TOPIC)) return { kind: 'TOPIC', topic: text.slice(TOPIC.length) };
  if (text.startsWith(LANGUAGE)) return { kind: 'LANGUAGE', language: text.slice(LANGUAGE.length) };
  const colon = text.lastIndexOf(':');
  if (colon <= 0 || colon === text.length - 1) return null;
  const poll = pollId(text.slice(0, colon));
  const option = text.slice(colon + 1);
  return option === SKIP
    ? { kind: 'SKIP', pollId: poll }
    : { kind: 'VOTE', pollId: poll, optionId: optionId(option) };
}
