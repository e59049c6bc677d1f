import type { ImportProgress } from '../intake/import-summary.js';
import { grouped } from './progress-line.js';

const BAR = 24;

/** `votes   [████████                ]  33 %  1,200,000 rows  150,000/s  12 rejected`. */
export function progressLine({ kind, rows, rejected, share, seconds }: ImportProgress): string {
  const full = Math.round(share * BAR);
  const bar = '█'.repeat(full).padEnd(BAR);
  const percent = `${Math.round(share * 100)} %`.padStart(5);
  const speed = seconds > 0 ? `  ${grouped(rows / seconds)}/s` : '';
  const bad = rejected > 0 ? `  ${grouped(rejected)} rejected` : '';
  return `${kind.padEnd(12)} [${bar}] ${percent}  ${grouped(rows)} rows${speed}${bad}`;
}
