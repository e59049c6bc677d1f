import { formatToken } from '../../domain/history.js';
import type { PollSigns } from '../factors/poll-signs.js';
import type { QuestionColumns } from '../factors/question-columns.js';
import type { TrainingPoll } from '../training-poll.js';
import type { InterestGroups } from './interest-groups.js';
import type { PersonalisationSettings } from './settings.js';

/**
 * What each history token says. Arrays by token; one entry after the last token stands for every unknown one and says
 * nothing.
 */
export interface TokenTable {
  readonly tokens: readonly string[];
  /** Row of the evidence table; 0 says nothing. */
  readonly rows: Int32Array;
  /** Place of the poll that the token is a vote on; the number of polls for any other token. */
  readonly polls: Int32Array;
  /** What the token adds to its slots of the interest profile. */
  readonly profileWeights: Float32Array;
  /** `slotWidth` slots a token, filled up with the ignored one. */
  readonly slots: Int32Array;
  readonly slotWidth: number;
}

interface TokenEntry {
  readonly text: string;
  readonly row: number;
  readonly poll: number;
  readonly profileWeight: number;
  readonly slots: readonly number[];
}

export interface TokenSources {
  readonly signs: readonly PollSigns[];
  readonly columns: QuestionColumns;
  readonly groups: InterestGroups;
  /** By token of `columns`: its row of the evidence table. */
  readonly rowOfToken: Int32Array;
}

export function tabulateTokens(
  polls: readonly TrainingPoll[],
  sources: TokenSources,
  settings: PersonalisationSettings,
): TokenTable {
  const entries = new Map<string, TokenEntry>();
  polls.forEach((poll, index) => {
    for (const entry of pollTokens(poll, { ...sources, index, pollCount: polls.length }, settings))
      entries.set(entry.text, entry);
  });
  for (const entry of interestTokens(polls.length, sources.groups, settings)) entries.set(entry.text, entry);

  const all = [...entries.values()];
  const slotWidth = Math.max(
    2,
    sources.groups.slotsOfPoll.reduce((most, slots) => Math.max(most, slots.length), 0),
  );
  const size = all.length + 1;
  const table = {
    tokens: all.map((entry) => entry.text),
    rows: new Int32Array(size),
    polls: new Int32Array(size).fill(polls.length),
    profileWeights: new Float32Array(size),
    slots: new Int32Array(size * slotWidth).fill(sources.groups.ignored),
    slotWidth,
  };
  all.forEach((entry, token) => {
    table.rows[token] = entry.row;
    table.polls[token] = entry.poll;
    table.profileWeights[token] = entry.profileWeight;
    table.slots.set(entry.slots, token * slotWidth);
  });
  return table;
}

function pollTokens(
  poll: TrainingPoll,
  {
    signs,
    columns,
    groups,
    rowOfToken,
    index,
    pollCount,
  }: TokenSources & { readonly index: number; readonly pollCount: number },
  settings: PersonalisationSettings,
): TokenEntry[] {
  const slots = groups.slotsOfPoll[index] ?? [];
  const votes = poll.optionIds.map(
    (optionId, option): TokenEntry => ({
      text: formatToken({ kind: 'VOTE', pollId: poll.id, optionId }),
      row: rowOfToken[(columns.firstTokens[index] as number) + option] as number,
      poll: index,
      profileWeight: signs[index]?.answered[option] === true ? 1 : settings.passVotes,
      slots,
    }),
  );
  const text = formatToken({ kind: 'SKIP', pollId: poll.id });
  return [...votes, { text, row: 0, poll: pollCount, profileWeight: -settings.skipVotes, slots }];
}

function interestTokens(
  pollCount: number,
  groups: InterestGroups,
  { interestVotes }: PersonalisationSettings,
): TokenEntry[] {
  const base = { row: 0, poll: pollCount, profileWeight: interestVotes };
  return [
    ...groups.topics.map((topic, index) => ({
      ...base,
      text: formatToken({ kind: 'TOPIC', topic }),
      slots: [index, groups.anyTopic],
    })),
    ...groups.languages.map((language, index) => ({
      ...base,
      text: formatToken({ kind: 'LANGUAGE', language }),
      slots: [groups.topics.length + index, groups.anyLanguage],
    })),
  ];
}
