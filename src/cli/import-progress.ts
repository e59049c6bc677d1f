import type { ImportProgress } from '../intake/import-summary.js';

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';
const BAR = 24;

/** Shows on a terminal how an import gets on, in one line that is written over; writes nothing elsewhere. */
export class ImportProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  readonly onProgress = (progress: ImportProgress): void => {
    const now = performance.now();
    if (this.#stream.isTTY !== true || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#stream.write(CLEAR_LINE + progressLine(progress).slice(0, (this.#stream.columns ?? 80) - 1));
  };

  /** Takes the line away. */
  stop(): void {
    if (this.#stream.isTTY === true) this.#stream.write(CLEAR_LINE);
  }
}

/** `votes   [████████                ]  33 %  1,200,000 rows  150,000/s  12 rejected`. */
export function progressLine({ kind, rows, rejected, share, seconds }: ImportProgress): string {
  const full = Math.round(share * BAR);
  const bar = '█'.repeat(full).padEnd(BAR);
  const percent = `${Math.round(share * 100)} %`.padStart(5);
  const speed = seconds > 0 ? `  ${grouped(rows / seconds)}/s` : '';
  const bad = rejected > 0 ? `  ${grouped(rejected)} rejected` : '';
  return `${kind.padEnd(12)} [${bar}] ${percent}  ${grouped(rows)} rows${speed}${bad}`;
}

/** A number as people read it: `1,234,567`. */
export const grouped = (count: number): string => Math.round(count).toLocaleString('en-GB');
