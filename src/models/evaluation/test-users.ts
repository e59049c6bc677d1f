import { formatToken } from '../../domain/history.js';
import { optionId, pollId } from '../../domain/ids.js';
import type { EvaluationSet, TestItem, VoteRow } from './vote-row.js';

/** A user with something to foretell. */
export interface TestUser {
  readonly user: string;
  readonly group: TestItem['group'];
  /** What is known when scoring, in order of time. */
  readonly known: readonly VoteRow[];
  /** Places of the user's items in the set. */
  readonly places: readonly number[];
}

/** The users of the test, in the order in which they first come up in it. */
export function testUsers({ items, known }: Pick<EvaluationSet, 'items' | 'known'>): TestUser[] {
  const users = new Map<string, TestUser & { readonly places: number[] }>();
  items.forEach(({ vote: { userId }, group }, place) => {
    const own = users.get(userId);
    if (own === undefined) {
      users.set(userId, { user: userId, group, known: known.get(userId) ?? [], places: [place] });
    } else {
      own.places.push(place);
    }
  });
  return [...users.values()];
}

/** The votes as history tokens, in the order given: newest last where the votes are in order of time. */
export const tokensOf = (votes: readonly VoteRow[]): string[] =>
  votes.flatMap((vote) =>
    vote.optionId === null
      ? []
      : [formatToken({ kind: 'VOTE', pollId: pollId(vote.pollId), optionId: optionId(vote.optionId) })],
  );
