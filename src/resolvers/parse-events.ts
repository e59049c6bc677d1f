import { BadInputError, HunchError } from '../domain/errors.js';
import { eventId, optionId, pollId } from '../domain/ids.js';
import type {
  ImpressionInput,
  InteractionInput,
  OrRejected,
  RejectionCode,
  VoteInput,
} from '../events/recorder.js';
import { checkLength, parseId } from './parse-arguments.js';
import type { ImpressionInputObject, InteractionInputObject, VoteInputObject } from './types/event-inputs.js';
import { requireUser, type Viewer } from './viewer.js';

const MAX_POSITION = 1_000_000;
/** Such an id carries its own contents, so it is longer than others. */
const MAX_RECOMMENDATION_ID_LENGTH = 4_096;

/**
 * Each item parsed, or refused in its place with the reason; only a list that is too long is refused as a whole
 * (BAD_USER_INPUT).
 */
export function parseEach<In, Out>(
  items: readonly In[],
  path: string,
  parse: (item: In, path: string) => Out,
): OrRejected<Out>[] {
  checkLength(items, path);
  return items.map((item, index) => {
    try {
      return parse(item, `${path}.${index}`);
    } catch (error) {
      if (!(error instanceof HunchError)) throw error;
      const code: RejectionCode = error.code === 'FORBIDDEN' ? 'FORBIDDEN' : 'INVALID';
      return { rejected: { code, message: error.message } };
    }
  });
}

interface EventFields {
  readonly userId?: string | null;
  readonly pollId: string;
  readonly eventId?: string | null;
  readonly recommendationId?: string | null;
}

function parseEvent(viewer: Viewer, event: EventFields, path: string) {
  const { eventId: id, recommendationId: answer } = event;
  return {
    userId: requireUser(viewer, event.userId, `${path}.userId`),
    pollId: pollId(parseId(event.pollId, `${path}.pollId`)),
    eventId: id === null || id === undefined ? null : eventId(parseId(id, `${path}.eventId`)),
    recommendationId: parseRecommendationId(answer ?? null, `${path}.recommendationId`),
  };
}

function parseRecommendationId(value: string | null, path: string): string | null {
  if (value === null || value.length <= MAX_RECOMMENDATION_ID_LENGTH) return value;
  throw new BadInputError(
    `${path} has ${value.length} characters; expected one that this service gave.`,
    path,
  );
}

export const parseVote =
  (viewer: Viewer) =>
  (vote: VoteInputObject, path: string): VoteInput => ({
    ...parseEvent(viewer, vote, path),
    optionId: optionId(parseId(vote.optionId, `${path}.optionId`)),
    at: vote.votedAt ?? null,
  });

export const parseImpression =
  (viewer: Viewer) =>
  (impression: ImpressionInputObject, path: string): ImpressionInput => {
    const { position = null } = impression;
    if (position !== null && (position < 0 || position > MAX_POSITION)) {
      const wanted = `expected 0 to ${MAX_POSITION.toLocaleString('en')}`;
      throw new BadInputError(`${path}.position is ${position}; ${wanted}.`, `${path}.position`);
    }
    return { ...parseEvent(viewer, impression, path), at: impression.seenAt ?? null, position };
  };

export const parseInteraction =
  (viewer: Viewer) =>
  (interaction: InteractionInputObject, path: string): InteractionInput => ({
    ...parseEvent(viewer, interaction, path),
    kind: interaction.kind,
    at: interaction.at ?? null,
  });
