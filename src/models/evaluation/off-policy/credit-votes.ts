import type { OptionId, PollId, RecommendationId, UserId } from '../../../domain/ids.js';
import type { LoggedAnswer } from '../../../domain/logged-answer.js';
import type { Millis } from '../../../domain/time.js';

/** A vote that may be credited to the answer that led to it. */
export interface CreditableVote {
  readonly userId: UserId;
  readonly pollId: PollId;
  readonly optionId: OptionId;
  /** Null where the file has no times. */
  readonly votedAt: Millis | null;
  /** The answer that the app named; null where it named none. */
  readonly recommendationId: RecommendationId | null;
}

/** An impression or vote that tells whom an answer was for. */
export type AnswerOwner = Pick<CreditableVote, 'userId'> & { readonly recommendationId: RecommendationId };

export interface VoteCredits {
  /** The option voted for, by answer and poll. */
  readonly options: ReadonlyMap<RecommendationId, ReadonlyMap<PollId, OptionId>>;
  /** Whom answers were for, as far as any event tells. */
  readonly owners: ReadonlyMap<RecommendationId, UserId>;
  /** Votes credited to the answer they name, and to the last answer that showed the poll to their user. */
  readonly byName: number;
  readonly byUser: number;
  /** Votes that no answer of the log led to. */
  readonly notCredited: number;
}

export interface CreditOptions {
  readonly answers: readonly LoggedAnswer[];
  /** In order of time; of several votes on one place the last one holds. */
  readonly votes: readonly CreditableVote[];
  readonly impressions: readonly AnswerOwner[];
  /** How long after an answer a vote that names none may be credited to it. */
  readonly windowMs: Millis;
}

interface Showing {
  readonly answeredAt: Millis;
  readonly recommendationId: RecommendationId;
}

/**
 * Credits votes to answers: to the one a vote names, where that showed the poll. A vote that names none goes to the last answer
 * within `windowMs` before it that showed the poll to its user; the log does not name users, so that works for answers which
 * another vote or an impression of the user names.
 */
export function creditVotes({ answers, votes, impressions, windowMs }: CreditOptions): VoteCredits {
  const shown = new Map(
    answers.map((answer) => [answer.recommendationId, new Set(answer.places.map((place) => place.pollId))]),
  );
  const owners = ownersOf(shown, votes, impressions);
  const showings = showingsByUser(answers, owners);
  const options = new Map<RecommendationId, Map<PollId, OptionId>>();
  let [byName, byUser] = [0, 0];
  for (const { userId, pollId, optionId, votedAt, recommendationId } of votes) {
    let answer: RecommendationId | null = null;
    if (recommendationId !== null) {
      if (shown.get(recommendationId)?.has(pollId) !== true) continue;
      answer = recommendationId;
      byName += 1;
    } else if (votedAt !== null) {
      const last = showings
        .get(userId)
        ?.get(pollId)
        ?.findLast(({ answeredAt }) => answeredAt <= votedAt && votedAt - answeredAt <= windowMs);
      if (last === undefined) continue;
      answer = last.recommendationId;
      byUser += 1;
    }
    if (answer === null) continue;
    const ofAnswer = options.get(answer) ?? new Map<PollId, OptionId>();
    options.set(answer, ofAnswer.set(pollId, optionId));
  }
  return { options, owners, byName, byUser, notCredited: votes.length - byName - byUser };
}

function ownersOf(
  shown: ReadonlyMap<RecommendationId, unknown>,
  votes: readonly CreditableVote[],
  impressions: readonly AnswerOwner[],
): Map<RecommendationId, UserId> {
  const owners = new Map<RecommendationId, UserId>();
  const own = (id: RecommendationId | null, userId: UserId): void => {
    if (id !== null && shown.has(id)) owners.set(id, userId);
  };
  for (const { recommendationId, userId } of impressions) own(recommendationId, userId);
  for (const { recommendationId, userId } of votes) own(recommendationId, userId);
  return owners;
}

/** When each poll was shown to each user, in order of time. */
function showingsByUser(
  answers: readonly LoggedAnswer[],
  owners: ReadonlyMap<RecommendationId, UserId>,
): Map<UserId, Map<PollId, Showing[]>> {
  const users = new Map<UserId, Map<PollId, Showing[]>>();
  for (const { recommendationId, answeredAt, places } of answers.toSorted(
    (a, b) => a.answeredAt - b.answeredAt,
  )) {
    const owner = owners.get(recommendationId);
    if (owner === undefined) continue;
    const polls = users.get(owner) ?? new Map<PollId, Showing[]>();
    users.set(owner, polls);
    for (const { pollId } of places) {
      const showing = { answeredAt, recommendationId };
      const earlier = polls.get(pollId);
      if (earlier === undefined) polls.set(pollId, [showing]);
      else earlier.push(showing);
    }
  }
  return users;
}
