import type { PollEvent } from '../domain/event.js';
import { eventId, type OptionId, optionId } from '../domain/ids.js';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../domain/time.js';
import type { Random } from './random.js';
import { type SamplePoll, VOTING_DAYS } from './sample-polls.js';
import { AXES, type Leaning } from './sample-topic.js';
import type { SampleUser } from './sample-users.js';

const VOTES_A_VISIT = 9;
/** Polls of a visit that are looked at and left. */
const IMPRESSIONS_A_VISIT = 2;
const SKIP_CHANCE = 0.05;
const DISMISS_CHANCE = 0.004;
const REVOTE_CHANCE = 0.02;
/** How strongly opinions decide: a leaning of 2 along one axis counts this much a standard deviation. */
const TASTE = 3.5;
/** Polls in a language that the user does not read are seldom shown. */
const FOREIGN = 0.08;

/** What happened, without the id that it gets once everything is in order. */
type Happening = PollEvent extends infer Event
  ? Event extends PollEvent
    ? Omit<Event, 'eventId'>
    : never
  : never;

/** Everything the users did within the last VOTING_DAYS, oldest first. */
export function makeEvents(
  random: Random,
  now: Millis,
  world: { readonly users: readonly SampleUser[]; readonly polls: readonly SamplePoll[] },
): readonly PollEvent[] {
  const happenings = world.polls.flatMap((poll) => authorVote(poll));
  for (const user of world.users) happenings.push(...visits(random, now, { user, polls: world.polls }));
  return happenings
    .sort((a, b) => a.occurredAt - b.occurredAt)
    .map((happening, place) => ({
      ...happening,
      eventId: eventId(`sample-${String(place + 1).padStart(6, '0')}`),
    }));
}

/** Posting a statement casts its author's vote. */
function authorVote({ poll, answers }: SamplePoll): Happening[] {
  if (poll.authorId === null || answers !== null) return [];
  const at = poll.createdAt + SECOND;
  const base = {
    userId: poll.authorId,
    pollId: poll.id,
    occurredAt: at,
    recordedAt: at,
    recommendationId: null,
  };
  return [{ ...base, kind: 'VOTE', optionId: optionId('agree'), isAuthor: true }];
}

interface Visitor {
  readonly user: SampleUser;
  readonly polls: readonly SamplePoll[];
}

function visits(random: Random, now: Millis, { user, polls }: Visitor): Happening[] {
  const count = Math.max(1, Math.ceil(user.votes / VOTES_A_VISIT));
  const starts = Array.from({ length: count }, () =>
    Math.floor(now - HOUR - random.uniform() * VOTING_DAYS * DAY),
  );
  const seen = new Set<SamplePoll>();
  const happenings: Happening[] = [];
  for (const [place, start] of starts.sort((a, b) => a - b).entries()) {
    const wanted = Math.ceil((user.votes - place * VOTES_A_VISIT) / (count - place));
    const open = polls.filter((sample) => !seen.has(sample) && isShown(sample, user, start));
    const shown = random.draw(open, wanted + IMPRESSIONS_A_VISIT, (sample) => showing(sample, user, start));
    let at = start;
    for (const [rank, sample] of shown.entries()) {
      at += Math.floor(random.between(4, 60) * SECOND);
      const done = rank < wanted ? react(random, at, { user, sample }) : [lookAt(user, sample, { at, rank })];
      if (rank < wanted) seen.add(sample);
      happenings.push(...done);
    }
  }
  return happenings;
}

/** Open for the whole visit, and not the user's own. */
function isShown({ poll }: SamplePoll, user: SampleUser, start: Millis): boolean {
  const open = poll.createdAt < start && (poll.closesAt === null || poll.closesAt > start + HOUR);
  return open && poll.authorId !== user.id;
}

function showing({ poll, topic, reach }: SamplePoll, user: SampleUser, start: Millis): number {
  const readable = user.languages.some((language) => language === poll.language) ? 1 : FOREIGN;
  const fresh = start - poll.createdAt < 5 * DAY ? 2 : 1;
  return readable * fresh * reach * (user.interests.get(topic) ?? 1);
}

interface Encounter {
  readonly user: SampleUser;
  readonly sample: SamplePoll;
}

/** A vote, perhaps changed a little later; or the poll is passed over. */
function react(random: Random, at: Millis, { user, sample }: Encounter): Happening[] {
  const base = { userId: user.id, pollId: sample.poll.id, recommendationId: null };
  if (random.chance(SKIP_CHANCE)) {
    const kind = random.chance(DISMISS_CHANCE / SKIP_CHANCE) ? 'DISMISS' : 'SKIP';
    return [{ ...base, occurredAt: at, recordedAt: at, kind }];
  }
  const vote = (option: OptionId, when: Millis): Happening => {
    return { ...base, occurredAt: when, recordedAt: when, kind: 'VOTE', optionId: option, isAuthor: false };
  };
  const first = vote(answer(random, { user, sample }), at);
  if (!random.chance(REVOTE_CHANCE)) return [first];
  return [first, vote(answer(random, { user, sample }), at + Math.floor(random.between(1, 15) * MINUTE))];
}

const lookAt = (user: SampleUser, { poll }: SamplePoll, shown: { at: Millis; rank: number }): Happening => ({
  userId: user.id,
  pollId: poll.id,
  recommendationId: null,
  occurredAt: shown.at,
  recordedAt: shown.at,
  kind: 'IMPRESSION',
  position: shown.rank,
});

/**
 * The option that this user picks: by a logistic model of leaning and opinions for agree or disagree, by a softmax of the same for
 * answers of its own. The less the topic interests, the more often the answer is pass.
 */
function answer(random: Random, { user, sample }: Encounter): OptionId {
  if (sample.answers !== null) {
    const weights = sample.answers.map((leaning) => Math.exp(attraction(leaning, user)));
    return sample.poll.options[random.place(weights)]?.id ?? optionId('a');
  }
  const interest = user.interests.get(sample.topic) ?? 1;
  if (random.chance(0.18 / (1 + interest))) return optionId('pass');
  return optionId(random.chance(agreement(sample, user)) ? 'agree' : 'disagree');
}

/** Probability that the user agrees, given that the answer is not pass. */
const agreement = (sample: SamplePoll, user: SampleUser): number =>
  1 / (1 + Math.exp(-sample.appeal - attraction(sample.leaning, user)));

function attraction(leaning: Leaning, user: SampleUser): number {
  let sum = 0;
  for (const axis of AXES) sum += ((leaning[axis] ?? 0) * user.opinions[axis]) / 2;
  return TASTE * sum;
}
