import { formatToken } from '../../domain/history.js';
import type { TrainingPoll } from '../training-poll.js';
import { tokenWeight } from './calibration.js';
import type { InterestGroups } from './interest-groups.js';
import type { PersonalisationSettings } from './settings.js';
import type { ColumnReading } from './vote-residuals.js';

/**
 * What each history token says. Arrays by token; one entry after the last token stands for every unknown one and says
 * nothing.
 */
export interface TokenTable {
  readonly tokens: readonly string[];
  /** Row of the taste weights; any row where `values` is 0. */
  readonly rows: Int32Array;
  /** What the row is multiplied by. */
  readonly values: Float32Array;
  /** 1 for a vote on a poll with columns, which counts as a part of the history's length. */
  readonly known: Float32Array;
  /** What the token adds to its slots of the interest profile. */
  readonly profileWeights: Float32Array;
  /** `slotWidth` slots a token, filled up with the ignored one. */
  readonly slots: Int32Array;
  readonly slotWidth: number;
}

interface TokenEntry {
  readonly text: string;
  readonly row: number;
  readonly value: number;
  readonly known: number;
  readonly profileWeight: number;
  readonly slots: readonly number[];
}

export function tabulateTokens(
  polls: readonly TrainingPoll[],
  { reading, groups }: { readonly reading: ColumnReading; readonly groups: InterestGroups },
  settings: PersonalisationSettings,
): TokenTable {
  const entries = new Map<string, TokenEntry>();
  polls.forEach((poll, index) => {
    for (const entry of pollTokens(poll, index, { reading, groups, settings }))
      entries.set(entry.text, entry);
  });
  for (const entry of interestTokens(groups, settings)) entries.set(entry.text, entry);

  const all = [...entries.values()];
  const slotWidth = Math.max(
    2,
    groups.slotsOfPoll.reduce((most, slots) => Math.max(most, slots.length), 0),
  );
  const size = all.length + 1;
  const table = {
    tokens: all.map((entry) => entry.text),
    rows: new Int32Array(size),
    values: new Float32Array(size),
    known: new Float32Array(size),
    profileWeights: new Float32Array(size),
    slots: new Int32Array(size * slotWidth).fill(groups.ignored),
    slotWidth,
  };
  all.forEach((entry, token) => {
    table.rows[token] = entry.row;
    table.values[token] = entry.value;
    table.known[token] = entry.known;
    table.profileWeights[token] = entry.profileWeight;
    table.slots.set(entry.slots, token * slotWidth);
  });
  return table;
}

function pollTokens(
  poll: TrainingPoll,
  index: number,
  context: {
    readonly reading: ColumnReading;
    readonly groups: InterestGroups;
    readonly settings: PersonalisationSettings;
  },
): TokenEntry[] {
  const { reading, groups, settings } = context;
  const slots = groups.slotsOfPoll[index] ?? [];
  const votes = poll.optionIds.map((optionId, option): TokenEntry => {
    const weight = tokenWeight(reading, index, option);
    return {
      text: formatToken({ kind: 'VOTE', pollId: poll.id, optionId }),
      row: weight?.row ?? 0,
      value: weight?.value ?? 0,
      known: weight === null ? 0 : 1,
      profileWeight: reading.signs[index]?.answered[option] === true ? 1 : settings.passVotes,
      slots,
    };
  });
  const text = formatToken({ kind: 'SKIP', pollId: poll.id });
  return [...votes, { text, row: 0, value: 0, known: 0, profileWeight: -settings.skipVotes, slots }];
}

function interestTokens(groups: InterestGroups, { interestVotes }: PersonalisationSettings): TokenEntry[] {
  const base = { row: 0, value: 0, known: 0, profileWeight: interestVotes };
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
