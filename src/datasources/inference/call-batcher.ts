import { TimedOutError } from '../../domain/errors.js';
import { type ModelVersion, modelVersion } from '../../domain/ids.js';
import type { OipModelName } from '../../domain/model.js';
import { encodeInferRequest } from '../../open-inference/infer-request.js';
import { MODEL_SIGNATURES } from '../../open-inference/model-signature.js';
import {
  groupRequests,
  joinRequests,
  type RowRequest,
  splitOutputs,
} from '../../open-inference/row-batch.js';
import type { Tensor } from '../../open-inference/tensor.js';
import { inferOn } from './infer-call.js';
import type { CallOptions } from './model-client.js';
import type { ReplicaSet } from './replica-set.js';

export interface RowAnswer {
  readonly outputs: readonly Tensor[];
  readonly version: ModelVersion | null;
}

interface Asked {
  readonly inputs: RowRequest;
  readonly timeoutMs: number;
  readonly resolve: (answer: RowAnswer) => void;
  readonly reject: (error: unknown) => void;
  settled: boolean;
  /** Told when the caller no longer waits. */
  onGone: () => void;
}

interface Queue {
  readonly name: OipModelName;
  readonly version: ModelVersion | undefined;
  readonly asked: Asked[];
}

/**
 * Sends the requests of one tick for the same model and version as one call. Each caller keeps its own deadline and abort; the
 * call itself is aborted when nobody waits for it any more. A call that fails takes only its own callers with it.
 */
export class CallBatcher {
  readonly #replicas: ReplicaSet;
  readonly #queues = new Map<string, Queue>();

  constructor(replicas: ReplicaSet) {
    this.#replicas = replicas;
  }

  /** `inputs` in the order of the model's signature. Rejects as ModelClient does. */
  ask(name: OipModelName, inputs: RowRequest, options: CallOptions): Promise<RowAnswer> {
    const { version, timeoutMs, signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = (error: unknown): void => finish(() => reject(error));
      const onAbort = (): void => leave(signal?.reason);
      const timer = setTimeout(() => {
        leave(new TimedOutError(`The model "${name}" gave no answer within ${timeoutMs} ms.`));
      }, timeoutMs);
      const finish = (settle: () => void): void => {
        if (asked.settled) return;
        asked.settled = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        settle();
        asked.onGone();
      };
      const asked: Asked = {
        inputs,
        timeoutMs,
        resolve: (answer) => finish(() => resolve(answer)),
        reject: leave,
        settled: false,
        onGone: () => undefined,
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#enqueue(name, version, asked);
    });
  }

  #enqueue(name: OipModelName, version: ModelVersion | undefined, asked: Asked): void {
    const key = version === undefined ? name : `${name} ${version}`;
    const queue = this.#queues.get(key);
    if (queue !== undefined) {
      queue.asked.push(asked);
      return;
    }
    const opened: Queue = { name, version, asked: [asked] };
    this.#queues.set(key, opened);
    // After the events of this turn of the loop, so that requests that arrived together go together.
    setImmediate(() => {
      this.#queues.delete(key);
      const waiting = opened.asked.filter(({ settled }) => !settled);
      for (const group of groupRequests(waiting, ({ inputs }) => inputs)) void this.#send(opened, group);
    });
  }

  async #send({ name, version }: Queue, group: readonly Asked[]): Promise<void> {
    const controller = new AbortController();
    let waiting = group.length;
    for (const asked of group) {
      asked.onGone = () => {
        waiting--;
        if (waiting === 0) controller.abort();
      };
    }
    try {
      const requests = group.map(({ inputs }) => inputs);
      const response = await inferOn(this.#replicas, {
        name,
        version,
        body: encodeInferRequest(joinRequests(requests)),
        rows: group.length,
        hedgeAfterMs: Math.min(...group.map(({ timeoutMs }) => timeoutMs)) / 2,
        signal: controller.signal,
      });
      const answered = response.modelVersion === null ? null : modelVersion(response.modelVersion);
      const parts = splitOutputs(response.outputs, requests, MODEL_SIGNATURES[name]);
      group.forEach(({ resolve }, n) => {
        resolve({ outputs: parts[n] ?? [], version: answered });
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
