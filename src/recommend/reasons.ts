import { type HistoryToken, parseToken } from '../domain/history.js';
import type { Poll } from '../domain/poll.js';
import { findOption } from '../domain/poll.js';
import type { Reason, ReasonKind } from '../domain/recommendation.js';
import type { Candidate, CandidateKind } from './candidate.js';
import type { LiveCatalogueView } from './live-catalogue.js';

/** The kind that callers and logs see: a poll shown to get to know its reader explores, too. */
export const reasonKind = (kind: CandidateKind): ReasonKind => (kind === 'ONBOARDING' ? 'EXPLORATION' : kind);

const tokenOf = ({ because }: Candidate): HistoryToken | null =>
  because === null ? null : parseToken(because);

const plain = (kind: ReasonKind, text: string, weight: number | null = null): Reason => ({
  kind,
  pollId: null,
  optionId: null,
  weight,
  text,
});

/** A question short enough to be quoted inside a sentence. */
function quote(question: string): string {
  const text = question.trim() === '' ? 'an earlier poll' : question.trim();
  return text.length <= 80 ? `“${text}”` : `“${text.slice(0, 79).trimEnd()}…”`;
}

function becauseOfVote(candidate: Candidate, catalogue: LiveCatalogueView): Reason | null {
  const token = tokenOf(candidate);
  if (token?.kind !== 'VOTE') return null;
  const poll = catalogue.poll(token.pollId);
  if (poll === null || poll.status === 'HIDDEN' || poll.status === 'REMOVED') return null;
  const option = findOption(poll, token.optionId);
  const text = option === null ? quote(poll.question) : `“${option.label}” on ${quote(poll.question)}`;
  return {
    kind: 'BECAUSE_YOU_VOTED',
    pollId: poll.id,
    optionId: option?.id ?? null,
    weight: candidate.becauseWeight ?? null,
    text: `Because you voted ${text}`,
  };
}

function becauseOfInterest(candidate: Candidate): Reason {
  const token = tokenOf(candidate);
  const weight = candidate.becauseWeight ?? null;
  if (token?.kind === 'TOPIC')
    return plain('YOUR_INTERESTS', `Because you are interested in ${token.topic}`, weight);
  if (token?.kind === 'LANGUAGE')
    return plain('YOUR_INTERESTS', `Because you read ${token.language}`, weight);
  return plain('YOUR_INTERESTS', `You vote on ${candidate.poll.topics[0] ?? 'polls like this'}`);
}

const inTopic = (poll: Poll): string => (poll.topics[0] === undefined ? '' : ` in ${poll.topics[0]}`);

/** The reason of a candidate, in words for the user. A poll that moderation has taken out is not quoted. */
export function reasonOf(candidate: Candidate, catalogue: LiveCatalogueView): Reason {
  switch (candidate.kind) {
    case 'BECAUSE_YOU_VOTED':
      return becauseOfVote(candidate, catalogue) ?? becauseOfInterest(candidate);
    case 'YOUR_INTERESTS':
      return becauseOfInterest(candidate);
    case 'TRENDING':
      return plain('TRENDING', `Rising${inTopic(candidate.poll)}`);
    case 'EXPLORATION':
      return plain('EXPLORATION', `New${inTopic(candidate.poll)}`);
    case 'ONBOARDING':
      return plain(reasonKind(candidate.kind), 'Your vote here tells us most about what you like');
    case 'PINNED':
      return plain('PINNED', 'Picked by the editors');
    case 'POPULAR':
      return plain('POPULAR', `Popular${inTopic(candidate.poll)}`);
  }
}
