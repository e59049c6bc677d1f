import type { ModelSignature } from '../open-inference/model-signature.js';
import {
  groupRequests,
  isJoinable,
  joinRequests,
  type RowRequest,
  splitOutputs,
} from '../open-inference/row-batch.js';
import type { Tensor } from '../open-inference/tensor.js';
import type { OnnxSession } from './onnx-session.js';

interface Waiting {
  readonly inputs: RowRequest;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a session for many callers. Requests that wait while it is busy go together as one run where the model's rows are known
 * to be independent (a signature is given); an idle session starts at once. A joined run that fails is run again one by one.
 */
export class RunQueue {
  readonly #session: OnnxSession;
  readonly #signature: ModelSignature | null;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(session: OnnxSession, signature: ModelSignature | null) {
    this.#session = session;
    this.#signature = signature;
  }

  /** All outputs of the model, in its order. Rejects as the session does. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ inputs: this.#ordered(inputs), resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      await this.#runAll(waiting);
    }
    this.#busy = false;
  }

  async #runAll(waiting: readonly Waiting[]): Promise<void> {
    const signature = this.#signature;
    if (signature === null || waiting.length === 1) return this.#runEach(waiting);
    const joinable = waiting.filter(({ inputs }) => isJoinable(inputs));
    for (const group of groupRequests(joinable, ({ inputs }) => inputs)) {
      const requests = group.map(({ inputs }) => inputs);
      try {
        const outputs = await this.#session.run(joinRequests(requests));
        const parts = splitOutputs(outputs, requests, signature);
        group.forEach(({ resolve }, n) => {
          resolve(parts[n] ?? []);
        });
      } catch {
        await this.#runEach(group);
      }
    }
    await this.#runEach(waiting.filter(({ inputs }) => !isJoinable(inputs)));
  }

  async #runEach(waiting: readonly Waiting[]): Promise<void> {
    for (const { inputs, resolve, reject } of waiting) await this.#session.run(inputs).then(resolve, reject);
  }

  /** The inputs in the order of the signature, so that those of two requests lie side by side. */
  #ordered(inputs: readonly Tensor[]): readonly Tensor[] {
    if (this.#signature === null) return inputs;
    return this.#signature.inputs.flatMap((wanted) => inputs.filter(({ name }) => name === wanted.name));
  }
}
