import { grouped, ProgressLine, type ProgressStream } from '../progress-line.js';

/** Shows on a terminal what an evaluation is at, and how far it has got. */
export class EvaluationProgress {
  readonly #line: ProgressLine;
  #phase = '';

  constructor(stream: ProgressStream) {
    this.#line = new ProgressLine(stream);
  }

  readonly onPhase = (phase: string): void => {
    this.#phase = phase;
    this.#line.showNow(() => `${phase} …`);
  };

  readonly onProgress = (done: number, all: number): void => {
    this.#line.show(() => `${this.#phase}  ${grouped(done)} of ${grouped(all)} users`);
  };

  /** Takes the line away. */
  stop(): void {
    this.#line.stop();
  }
}
