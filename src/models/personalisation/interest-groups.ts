import type { TrainingPoll } from '../training-poll.js';
import type { PersonalisationSettings } from './settings.js';

/**
 * Topics and languages as slots of a user's profile, a count of votes each. After them stand three slots of a different kind:
 * all votes on polls with a topic or with a language (`anyTopic`, `anyLanguage`), and one that takes what is to be ignored.
 */
export interface InterestGroups {
  readonly topics: readonly string[];
  readonly languages: readonly string[];
  readonly slotCount: number;
  readonly anyTopic: number;
  readonly anyLanguage: number;
  readonly ignored: number;
  /** By slot: 1 / (prior votes · share of all votes); 0 for the ignored one. */
  readonly scale: Float32Array;
  /** Distinct pairs of topics and language. Combination 0 is that of a poll without either. */
  readonly combinationCount: number;
  /** By catalogue place. */
  readonly combinationOfPoll: Int32Array;
  /** Row-major, slots × combinations: how a combination's lift is summed from log(profile · scale + 1). */
  readonly mixing: Float32Array;
  /** Slots that a vote on the poll adds to, by catalogue place. */
  readonly slotsOfPoll: readonly (readonly number[])[];
}

/**
 * With n(g) the user's votes in group g, n those in any group of the kind, π(g) the group's share of everyone's votes and c
 * the prior's weight, the lift of g is log((n(g) + c π(g)) / ((n + c) π(g))): how much more the user's votes fall on g
 * than everyone's do, 0 for an empty history. A poll's lift is the mean over its topics plus that of its language, each times
 * its weight.
 */
export function groupInterests(
  polls: readonly TrainingPoll[],
  votesOfPoll: ArrayLike<number>,
  settings: PersonalisationSettings,
): InterestGroups {
  const names = nameGroups(polls);
  const members = polls.map((poll) => membersOf(poll, names));
  const slotsOfPoll = members.map(({ topics, languages }) => [
    ...topics,
    ...(topics.length > 0 ? [names.anyTopic] : []),
    ...languages,
    ...(languages.length > 0 ? [names.anyLanguage] : []),
  ]);
  const votes = new Float64Array(names.slotCount);
  slotsOfPoll.forEach((slots, poll) => {
    for (const slot of slots) votes[slot] = (votes[slot] as number) + (votesOfPoll[poll] as number);
  });
  return {
    topics: names.topics,
    languages: names.languages,
    slotCount: names.slotCount,
    anyTopic: names.anyTopic,
    anyLanguage: names.anyLanguage,
    ignored: names.ignored,
    scale: scaleSlots(names, votes, settings),
    ...combine(members, names, settings),
    slotsOfPoll,
  };
}

interface GroupNames {
  readonly topics: readonly string[];
  readonly languages: readonly string[];
  readonly slotOfTopic: ReadonlyMap<string, number>;
  readonly slotOfLanguage: ReadonlyMap<string, number>;
  readonly anyTopic: number;
  readonly anyLanguage: number;
  readonly ignored: number;
  readonly slotCount: number;
}

function nameGroups(polls: readonly TrainingPoll[]): GroupNames {
  const topics = [...new Set(polls.flatMap((poll) => poll.topics))];
  const languages = [...new Set(polls.flatMap((poll) => poll.language ?? []))];
  const anyTopic = topics.length + languages.length;
  return {
    topics,
    languages,
    slotOfTopic: new Map(topics.map((topic, slot) => [topic, slot])),
    slotOfLanguage: new Map(languages.map((language, place) => [language, topics.length + place])),
    anyTopic,
    anyLanguage: anyTopic + 1,
    ignored: anyTopic + 2,
    slotCount: anyTopic + 3,
  };
}

/** Slots of a poll's topics, and of its language where it has one. */
interface Members {
  readonly topics: readonly number[];
  readonly languages: readonly number[];
}

function membersOf({ topics, language }: TrainingPoll, names: GroupNames): Members {
  const ofTopics = topics.map((topic) => names.slotOfTopic.get(topic) as number);
  return {
    topics: ofTopics.sort((a, b) => a - b),
    languages: language === null ? [] : [names.slotOfLanguage.get(language) as number],
  };
}

function scaleSlots(
  { topics, languages, anyTopic, anyLanguage, slotCount }: GroupNames,
  votes: Float64Array,
  { affinityPrior }: PersonalisationSettings,
): Float32Array {
  const scale = new Float32Array(slotCount);
  for (let slot = 0; slot < anyTopic; slot += 1) {
    const [any, groups] = slot < topics.length ? [anyTopic, topics] : [anyLanguage, languages];
    const share = ((votes[slot] as number) + 1) / ((votes[any] as number) + groups.length);
    scale[slot] = 1 / (affinityPrior * share);
  }
  scale[anyTopic] = 1 / affinityPrior;
  scale[anyLanguage] = 1 / affinityPrior;
  return scale;
}

function combine(
  members: readonly Members[],
  { slotCount, anyTopic, anyLanguage }: GroupNames,
  { topicWeight, languageWeight }: PersonalisationSettings,
): Pick<InterestGroups, 'combinationCount' | 'combinationOfPoll' | 'mixing'> {
  const keyOf = ({ topics, languages }: Members): string => `${topics.join()}|${languages.join()}`;
  const none: Members = { topics: [], languages: [] };
  const distinct = [...new Map([none, ...members].map((own) => [keyOf(own), own])).values()];
  const places = new Map(distinct.map((own, combination) => [keyOf(own), combination]));
  const mixing = new Float32Array(slotCount * distinct.length);
  distinct.forEach(({ topics, languages }, combination) => {
    const mix = (slot: number, weight: number): void => {
      mixing[slot * distinct.length + combination] = weight;
    };
    for (const slot of topics) mix(slot, topicWeight / topics.length);
    if (topics.length > 0) mix(anyTopic, -topicWeight);
    for (const slot of languages) mix(slot, languageWeight);
    if (languages.length > 0) mix(anyLanguage, -languageWeight);
  });
  return {
    combinationCount: distinct.length,
    combinationOfPoll: Int32Array.from(members, (own) => places.get(keyOf(own)) as number),
    mixing,
  };
}
