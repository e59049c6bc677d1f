import { registerEnumType } from 'type-graphql';
import type { InteractionKind } from '../../domain/event.js';
import type { ModelName } from '../../domain/model.js';
import type { PollStatus } from '../../domain/poll.js';
import type { FallbackReason, ReasonKind, RecommendationSource } from '../../domain/recommendation.js';
import type { RejectionCode } from '../../events/recorder.js';
import type { PopularityOrder } from '../../recommend/poll-lists.js';
import type { ModelState } from '../../registry/model-operations.js';

/** Registers an enum by what each value means. The record is exhaustive, so the schema can not lag behind the domain. */
function describedEnum<Value extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Value, string>>,
): { readonly [V in Value]: V } {
  const names = Object.keys(values) as Value[];
  const object = Object.fromEntries(names.map((value) => [value, value])) as { [V in Value]: V };
  const valuesConfig = Object.fromEntries(names.map((value) => [value, { description: values[value] }]));
  registerEnumType(object, {
    name,
    description,
    valuesConfig: valuesConfig as { [V in Value]: { description: string } },
  });
  return object;
}

export const PollStatusEnum = describedEnum<PollStatus>(
  'PollStatus',
  'Where a poll is in its life. Only OPEN polls are ever recommended, listed as popular, or found similar.',
  {
    OPEN: 'Takes votes, unless its closing time has passed.',
    CLOSED: 'Takes no more votes.',
    HIDDEN: 'Taken out by moderation; may come back.',
    REMOVED: 'Taken out for good.',
  },
);

export const RecommendationSourceEnum = describedEnum<RecommendationSource>(
  'RecommendationSource',
  'Which path answered: one of the two models, or what stands in when neither could.',
  {
    PERSONALISED: "The personalisation model, asked with the user's own history.",
    POPULAR: 'The popularity model: what many people answer at present.',
    FALLBACK:
      'No model answered; the list is of polls near to what the user voted on lately, or else of what was popular when it was last known.',
  },
);

export const FallbackReasonEnum = describedEnum<FallbackReason>(
  'FallbackReason',
  'Why an answer was not personalised, or why it fell back: the first thing that failed. Never hidden from the caller.',
  {
    NO_FEATURES: 'Nothing is known of the user yet: no vote, no interest.',
    OPTED_OUT: 'The caller asked for no personal list.',
    FEATURES_UNAVAILABLE: 'The feature store did not answer.',
    PERSONALISATION_UNAVAILABLE: 'No replica of the personalisation model answered.',
    POPULAR_UNAVAILABLE: 'No replica of the popularity model answered.',
    TIMED_OUT: 'The time budget of the request was used up.',
    TOO_FEW_RESULTS: 'The model gave fewer polls than asked for; popular polls were added.',
  },
);

export const ReasonKindEnum = describedEnum<ReasonKind>('ReasonKind', 'Why a poll is in a list.', {
  BECAUSE_YOU_VOTED: 'A vote of the user speaks for it.',
  YOUR_INTERESTS: 'It fits the topics or languages the user chose.',
  POPULAR: 'Many people answer it.',
  TRENDING: 'More people answer it today than before.',
  EXPLORATION: 'It is new, and the service wants to learn whom it suits.',
  PINNED: 'It was put there by the app.',
});

export const PopularityOrderEnum = describedEnum<PopularityOrder>(
  'PopularityOrder',
  'What comes first in a list that is not personal.',
  {
    POPULAR: 'Recent votes times the share that agrees, highest first.',
    TRENDING: "The rise of the last day over the poll's own past, steepest first.",
    NEWEST: 'The time of creation, newest first.',
  },
);

export const ModelNameEnum = describedEnum<ModelName>('ModelName', 'The two kinds of model.', {
  PERSONALISATION: "Orders polls for one user by that user's votes.",
  POPULAR: 'Orders polls for everyone, by topic and language too.',
});

export const ModelStateEnum = describedEnum<ModelState>('ModelState', 'How a model is doing.', {
  READY: 'A version answers on every replica.',
  LOADING: 'A replica is still on its way.',
  DEGRADED: 'A replica is away, or the last flow failed.',
  MISSING: 'There is no version yet.',
});

export const RejectionCodeEnum = describedEnum<RejectionCode>(
  'RejectionCode',
  'Why one item of a list was refused.',
  {
    UNKNOWN_POLL: 'There is no poll of that id.',
    UNKNOWN_OPTION: 'The poll has no option of that id.',
    POLL_CLOSED: 'The poll takes no votes at that time.',
    INVALID: 'The item is malformed; the message says where and what was expected.',
    FORBIDDEN: 'The caller may not act for that user.',
    TOO_OLD: 'The event lies further in the past than is taken in.',
    IN_FUTURE: 'The event lies in the future.',
  },
);

export const InteractionKindEnum = describedEnum<InteractionKind>(
  'InteractionKind',
  'What a user did with a poll other than voting.',
  {
    SKIP: 'Passed over for now.',
    DISMISS: 'Not interested: never again, until UNDO_DISMISS.',
    UNDO_DISMISS: 'Takes a DISMISS back.',
    RETRACT_VOTE: 'As if the user had never voted on it.',
  },
);
