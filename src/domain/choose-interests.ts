import type { TopicAffinity, UserFeatures } from './features.js';
import type { Millis } from './time.js';

/** Topics and languages a user has chosen. */
export type Interests = UserFeatures['interests'];

const ROUNDING_ERROR = 1e-9;

/**
 * The features with these interests in place of the former. Affinities follow at once: each is a share of votes and
 * interests, and one chosen topic weighs as much as one vote. Votes since the last flow are taken to be spread as the
 * affinities say.
 */
export function chooseInterests(features: UserFeatures, interests: Interests, at: Millis): UserFeatures {
  const topics = new Set(interests.topics);
  const languages = new Set(interests.languages);
  return {
    ...features,
    interests: { topics: [...topics], languages: [...languages] },
    affinities: affinitiesWith(features, topics),
    updatedAt: Math.max(features.updatedAt, at),
  };
}

function affinitiesWith(features: UserFeatures, topics: ReadonlySet<string>): readonly TopicAffinity[] {
  const former = new Set(features.interests.topics);
  const votes = features.voted.length;
  const counts = new Map<string, number>();
  for (const { topic, weight } of features.affinities) counts.set(topic, weight * (votes + former.size));
  for (const topic of former) counts.set(topic, (counts.get(topic) ?? 0) - 1);
  for (const topic of topics) counts.set(topic, (counts.get(topic) ?? 0) + 1);

  const total = votes + topics.size;
  const affinities: TopicAffinity[] = [];
  for (const [topic, count] of counts) {
    const weight = Math.min(1, count / total);
    if (weight > ROUNDING_ERROR) affinities.push({ topic, weight });
  }
  return affinities.sort((a, b) => b.weight - a.weight);
}
