/** Standard error, or what stands for it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** One line on a terminal that is written over; elsewhere nothing is written. */
export class ProgressLine {
  readonly #stream: ProgressStream;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Shows the text, unless the last one has hardly been there. */
  show(text: () => string): void {
    if (performance.now() - this.#drawnAt >= REDRAW_MS) this.showNow(text);
  }

  /** Shows the text at once: for what stands there while nothing else can be drawn. */
  showNow(text: () => string): void {
    if (this.#stream.isTTY !== true) return;
    this.#drawnAt = performance.now();
    this.#stream.write(CLEAR_LINE + text().slice(0, (this.#stream.columns ?? 80) - 1));
  }

  /** Takes the line away. */
  stop(): void {
    if (this.#stream.isTTY === true) this.#stream.write(CLEAR_LINE);
  }
}

/** A number as people read it: `1,234,567`. */
export const grouped = (count: number): string => Math.round(count).toLocaleString('en-GB');
