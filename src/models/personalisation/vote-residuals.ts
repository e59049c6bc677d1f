import type { ColumnLayout } from './column-layout.js';
import type { PollPriors } from './poll-priors.js';
import type { PollSigns } from './poll-signs.js';
import type { PersonalisationSettings } from './settings.js';

/** What votes say beyond the mean of their poll. */
export interface VoteResiduals {
  /** By catalogue place, then option. Zero for polls without sides, whose options have columns of their own. */
  readonly signed: readonly Float64Array[];
  /** By catalogue place: the smoothed share of each option. */
  readonly shares: readonly Float64Array[];
}

/** value − mean of the poll; a vote between the sides counts `passWeight` of that. */
export function voteResiduals(
  signs: readonly PollSigns[],
  priors: PollPriors,
  { passWeight }: PersonalisationSettings,
): VoteResiduals {
  const signed = signs.map((poll, index) =>
    Float64Array.from(poll.values, (value) =>
      poll.polar ? (value - (priors.means[index] as number)) * (value === 0 ? passWeight : 1) : 0,
    ),
  );
  const shares = priors.optionVotes.map((votes, index) =>
    votes.map((count) => (count + 1) / ((priors.votes[index] as number) + votes.length)),
  );
  return { signed, shares };
}

/** Calls `visit` with every column that a vote touches and its value there. The poll must have a slot. */
export function visitColumns(
  { layout, signs, residuals }: ColumnReading,
  vote: { readonly poll: number; readonly option: number },
  visit: (column: number, value: number) => void,
): void {
  const first = layout.firstColumns[layout.slots[vote.poll] as number] as number;
  if (signs[vote.poll]?.polar === true) {
    visit(first, residuals.signed[vote.poll]?.[vote.option] as number);
    return;
  }
  // All options of the poll were seen, so each of its columns has a value: one for the chosen one, less its mean.
  const shares = residuals.shares[vote.poll] as Float64Array;
  shares.forEach((share, option) => {
    visit(first + option, (option === vote.option ? 1 : 0) - share);
  });
}

export interface ColumnReading {
  readonly layout: ColumnLayout;
  readonly signs: readonly PollSigns[];
  readonly residuals: VoteResiduals;
}
