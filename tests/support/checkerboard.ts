import { type OptionId, optionId, type PollId, pollId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import type { TrainingInput } from '../../src/models/personalisation/train-personalisation.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { stableShare } from '../../src/models/votes/stable-hash.js';
import { VoteLogBuilder } from '../../src/models/votes/vote-log.js';

export const BOARD_POLLS = 24;
/** The last polls have options without polarity: camp 0 takes `tea`, camp 1 `coffee`. */
export const CHOICE_POLLS = 4;
const USERS = 300;

export interface CheckerboardOptions {
  /** Gives a poll another id; by default the poll at place n is `p{n}`. */
  readonly rename?: (place: number) => string;
  /** Votes whose users and polls are there, but that nobody cast. */
  readonly withoutVotes?: boolean;
}

const OPTIONS = ['agree', 'disagree', 'pass'].map(optionId);
const CHOICES = ['tea', 'coffee'].map(optionId);
const isChoice = (place: number): boolean => place >= BOARD_POLLS - CHOICE_POLLS;

/** Polls of topic `north` in English and `south` in German, alternating by blocks of six. */
const topicOf = (place: number): string => (Math.floor(place / 6) % 2 === 0 ? 'north' : 'south');

/** What a user of the camp (0 or 1) votes: neighbouring polls are liked by different camps, like the fields of a checkerboard. */
export const campVote = (camp: number, place: number): OptionId => {
  const [first, second] = isChoice(place) ? CHOICES : OPTIONS;
  const takesFirst = isChoice(place) ? camp === 0 : (camp + place) % 2 === 0;
  return (takesFirst ? first : second) as OptionId;
};

/**
 * Votes of two camps with opposite tastes, whose right answers follow from how they are made. Poll n is voted on by
 * fewer users than poll n-1, and every ninth vote is a pass. Always the same.
 */
export function checkerboard(
  options: CheckerboardOptions = {},
): TrainingInput & { readonly ids: readonly PollId[] } {
  const rename = options.rename ?? ((place: number): string => `p${place}`);
  const polls = Array.from(
    { length: BOARD_POLLS },
    (_, place): TrainingPoll => ({
      id: pollId(rename(place)),
      optionIds: isChoice(place) ? CHOICES : OPTIONS,
      topics: [topicOf(place)],
      language: topicOf(place) === 'north' ? 'en' : 'de',
      question: '',
    }),
  );
  const log = new VoteLogBuilder();
  for (let user = 0; user < USERS; user += 1) {
    for (let place = 0; place < BOARD_POLLS; place += 1) {
      const draw = stableShare('draw', `${user} ${place}`);
      if (options.withoutVotes === true || draw > 0.9 - 0.02 * place) continue;
      const passes = !isChoice(place) && (user + 2 * place) % 9 === 0;
      const vote = passes ? (OPTIONS[2] as OptionId) : campVote(user % 2, place);
      log.add(`u${user}`, place, (polls[place] as TrainingPoll).optionIds.indexOf(vote));
    }
  }
  return { polls, polarity: DEFAULT_POLARITY, votes: log.build(), ids: polls.map((poll) => poll.id) };
}
