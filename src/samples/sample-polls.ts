import { type OptionId, optionId, pollId, type UserId } from '../domain/ids.js';
import type { Poll, PollOption } from '../domain/poll.js';
import { DAY, HOUR, type Millis } from '../domain/time.js';
import type { Random } from './random.js';
import { type Leaning, SAMPLE_LANGUAGES, type SampleTopic } from './sample-topic.js';
import { culture } from './topics/culture.js';
import { education } from './topics/education.js';
import { energy } from './topics/energy.js';
import { food } from './topics/food.js';
import { health } from './topics/health.js';
import { housing } from './topics/housing.js';
import { mobility } from './topics/mobility.js';
import { sport } from './topics/sport.js';
import { technology } from './topics/technology.js';
import { work } from './topics/work.js';

export const SAMPLE_TOPICS: readonly SampleTopic[] = [
  mobility,
  food,
  technology,
  work,
  education,
  energy,
  culture,
  housing,
  health,
  sport,
];

/** Votes go back this far. */
export const VOTING_DAYS = 60;
/** Polls of the last two days, which few have seen yet. */
const NEW_POLLS = 12;
/** Polls that were there before the first vote. */
const OLD_POLLS = 110;
/** Of the old ones, those that are closed by now. */
const CLOSED_POLLS = 8;
/** Spread of what makes a statement agreeable to everybody alike. */
const APPEAL_SPREAD = 1.6;

/** A poll and what decides on its votes. */
export interface SamplePoll {
  readonly poll: Poll;
  readonly topic: string;
  /** Of each option, by its place; null for agree, disagree, pass. */
  readonly answers: readonly Leaning[] | null;
  /** Of agreeing; of no use where `answers` is there. */
  readonly leaning: Leaning;
  /** How much everybody agrees, whatever the taste. */
  readonly appeal: number;
  /** How often the app shows it. */
  readonly reach: number;
}

type Draft = Pick<SamplePoll, 'answers' | 'leaning' | 'topic'> & {
  readonly question: string;
  readonly options: readonly PollOption[];
  readonly language: string;
};

const OPINIONS: readonly PollOption[] = ['agree', 'disagree', 'pass'].map((id) => ({
  id: optionId(id),
  label: `${id[0]?.toUpperCase() ?? ''}${id.slice(1)}`,
}));
const LETTERS: readonly OptionId[] = ['a', 'b', 'c', 'd', 'e'].map(optionId);

/** The polls, oldest first, each written by one of `authors`. */
export function makePolls(random: Random, now: Millis, authors: readonly UserId[]): readonly SamplePoll[] {
  const drafts = random.shuffle(SAMPLE_TOPICS.flatMap(draftsOf));
  const created = drafts.map((_, place) => creationTime(random, place, drafts.length)).sort((a, b) => a - b);
  return drafts.map((draft, place) => {
    const createdAt = Math.floor(now + (created[place] ?? 0));
    const closesAt = closingTime(random, place, createdAt, now);
    return {
      topic: draft.topic,
      answers: draft.answers,
      leaning: draft.leaning,
      appeal: 0.4 + APPEAL_SPREAD * random.normal(),
      reach: Math.exp(0.5 * random.normal()),
      poll: {
        id: pollId(`poll-${String(place + 1).padStart(4, '0')}`),
        question: draft.question,
        options: draft.options,
        topics: [draft.topic],
        language: draft.language,
        authorId: authors[Math.floor(random.uniform() * authors.length)] ?? null,
        createdAt,
        closesAt,
        status: closesAt !== null && closesAt <= now ? 'CLOSED' : 'OPEN',
      },
    };
  });
}

function draftsOf(topic: SampleTopic): Draft[] {
  return SAMPLE_LANGUAGES.flatMap((language) => [
    ...topic.statements[language].map(({ question, leaning }) => {
      return { question, leaning, answers: null, options: OPINIONS, topic: topic.id, language };
    }),
    ...topic.choices[language].map(({ question, answers }) => ({
      question,
      leaning: {},
      answers: answers.map((answer) => answer.leaning),
      options: LETTERS.slice(0, answers.length).map((id, place) => ({
        id,
        label: answers[place]?.label ?? id,
      })),
      topic: topic.id,
      language,
    })),
  ]);
}

/** Relative to now. */
function creationTime(random: Random, place: number, count: number): Millis {
  if (place < OLD_POLLS) return -random.between(VOTING_DAYS, VOTING_DAYS + 30) * DAY;
  if (place < count - NEW_POLLS) return -random.between(2, VOTING_DAYS) * DAY;
  return -random.between(2 * HOUR, 2 * DAY);
}

/** Some old polls are closed, some others will close within the next weeks. */
function closingTime(random: Random, place: number, createdAt: Millis, now: Millis): Millis | null {
  if (place < CLOSED_POLLS) return Math.floor(now - random.between(3, 20) * DAY);
  if (place % 25 === 0) return Math.floor(Math.max(createdAt, now) + random.between(7, 30) * DAY);
  return null;
}
