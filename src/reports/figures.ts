import type { UserSummary } from '../models/evaluation/user-summary.js';
import { type Html, html } from '../platform/html.js';
import type { Interval } from './plots/interval-series.js';

/** A number of things: `1,234`. */
export const grouped = (count: number): string => count.toLocaleString('en-GB');

export const figure = (value: number): string => value.toFixed(4);

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A mean with its standard error; a dash where there is none. */
export function meanWithError(summary: UserSummary | null): Html {
  if (summary === null) return html`–`;
  const { mean, standardError } = summary;
  return standardError === null
    ? html`${figure(mean)}`
    : html`${figure(mean)} <small>± ${figure(standardError)}</small>`;
}

/** Two standard errors to both sides of a mean of values from 0 to 1; it lies there in nineteen cases of twenty. */
export function twoErrors(summary: UserSummary | null): Interval | null {
  if (summary === null) return null;
  const reach = 2 * (summary.standardError ?? 0);
  return { low: Math.max(0, summary.mean - reach), high: Math.min(1, summary.mean + reach) };
}
