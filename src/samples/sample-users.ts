import { type UserId, userId } from '../domain/ids.js';
import type { Random } from './random.js';
import { AXES, type Axis, SAMPLE_LANGUAGES, type SampleLanguage } from './sample-topic.js';

const USERS = 1_200;
const MEDIAN_VOTES = 26;
/** So that everyone has polls left to be recommended. */
const MOST_VOTES = 120;

/** A user of the sample who has plenty of votes. */
export const SAMPLE_USER: UserId = userId('user-0007');
const SAMPLE_USER_VOTES = 70;

/** A person with tastes, which the service does not see. */
export interface SampleUser {
  readonly id: UserId;
  /** Opinion along each axis, standard normal over all users. */
  readonly opinions: Readonly<Record<Axis, number>>;
  /** How much a topic interests, by its id; 1 is average. */
  readonly interests: ReadonlyMap<string, number>;
  readonly languages: readonly SampleLanguage[];
  /** Polls to vote on. */
  readonly votes: number;
}

export function makeUsers(random: Random, topics: readonly string[]): readonly SampleUser[] {
  return Array.from({ length: USERS }, (_, place) => {
    const id = userId(`user-${String(place + 1).padStart(4, '0')}`);
    const drawn = Math.round(MEDIAN_VOTES * Math.exp(0.75 * random.normal()));
    const languages = drawLanguages(random);
    return {
      id,
      opinions: drawOpinions(random),
      interests: new Map(topics.map((topic) => [topic, Math.exp(0.9 * random.normal())])),
      languages: id === SAMPLE_USER ? SAMPLE_LANGUAGES : languages,
      votes: id === SAMPLE_USER ? SAMPLE_USER_VOTES : Math.min(MOST_VOTES, Math.max(2, drawn)),
    };
  });
}

function drawOpinions(random: Random): Record<Axis, number> {
  const opinions = { green: 0, tech: 0, social: 0, open: 0 };
  for (const axis of AXES) opinions[axis] = random.normal();
  return opinions;
}

function drawLanguages(random: Random): readonly SampleLanguage[] {
  const share = random.uniform();
  if (share < 0.5) return ['en'];
  return share < 0.8 ? ['de'] : SAMPLE_LANGUAGES;
}
