import { HunchError, UnavailableError } from '../../domain/errors.js';
import type { ModelVersion } from '../../domain/ids.js';
import { type OipModelName, OPTIONAL_OIP_MODEL_NAMES } from '../../domain/model.js';
import { type InferResponse, parseInferResponse } from '../../open-inference/infer-response.js';
import { errorIn, type HttpAnswer, type Replica, ReplicaFault } from './replica.js';
import type { ReplicaSet } from './replica-set.js';

export interface InferCall {
  readonly name: OipModelName;
  readonly version: ModelVersion | undefined;
  /** The request as JSON text. */
  readonly body: string;
  /** How many rows the request has, and the answer must have. */
  readonly rows: number;
  /** After this time without an answer a second replica is asked as well. */
  readonly hedgeAfterMs: number;
  /** Aborts every try. */
  readonly signal: AbortSignal;
}

/**
 * Asks the replicas until one answers: the next at once where one fails, a second one beside it where one is slow; the first
 * answer wins and the other try is aborted. A cut connection is tried again on the same replica where there is no other.
 * Rejects with UnavailableError where none answers, or as the signal aborts.
 */
export function inferOn(replicas: ReplicaSet, call: InferCall): Promise<InferResponse> {
  return new Promise((resolve, reject) => {
    const tried = new Set<Replica>();
    const losers = new AbortController();
    const stop = (): void => losers.abort();
    let running = 0;
    let again = true;
    let settled = false;

    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(hedge);
      call.signal.removeEventListener('abort', stop);
      finish();
      if (running > 0) losers.abort();
    };
    const start = (replica: Replica): void => {
      tried.add(replica);
      running++;
      askReplica(replica, call, losers.signal).then(
        (response) => {
          running--;
          settle(() => resolve(response));
        },
        (error: unknown) => {
          running--;
          failed(replica, error);
        },
      );
    };
    const failed = (replica: Replica, error: unknown): void => {
      if (settled) return;
      if (!(error instanceof ReplicaFault)) {
        settle(() => reject(error));
        return;
      }
      const next = replicas.pick(tried, call.version);
      if (next !== null) start(next);
      else if (running > 0) return;
      else if (error.cut && again) {
        again = false;
        start(replica);
      } else settle(() => reject(unavailable(call.name, error)));
    };
    const hedge = setTimeout(() => {
      const next = replicas.pick(tried, call.version);
      if (next !== null) start(next);
    }, call.hedgeAfterMs);

    call.signal.addEventListener('abort', stop, { once: true });
    const first = replicas.pick(tried, call.version);
    if (first === null) settle(() => reject(unavailable(call.name, null)));
    else start(first);
  });
}

const isOptional = (name: OipModelName): boolean =>
  OPTIONAL_OIP_MODEL_NAMES.some((optional) => optional === name);

/** One try. Servers that know no versions, or not this one, are asked for what they serve. */
async function askReplica(replica: Replica, call: InferCall, signal: AbortSignal): Promise<InferResponse> {
  const path = `/v2/models/${call.name}`;
  const ask = (prefix: string): Promise<HttpAnswer> =>
    replica.ask({ method: 'POST', path: `${prefix}/infer`, body: call.body, signal });
  let answer: HttpAnswer;
  if (call.version !== undefined && replica.mayHave(call.version)) {
    answer = await ask(`${path}/versions/${encodeURIComponent(call.version)}`);
    if (answer.status === 404 || answer.status === 501) {
      // A version without an optional file is there all the same.
      if (!isOptional(call.name)) replica.lacks(call.version);
      answer = await ask(path);
    }
  } else {
    answer = await ask(path);
  }
  if (answer.status === 404) throw new ReplicaFault(`${replica.url} answered 404: ${errorIn(answer.body)}`);
  if (answer.status !== 200) {
    const reason = errorIn(answer.body);
    throw new HunchError('INVALID_DATA', `${replica.url} refused a request for "${call.name}": ${reason}`);
  }
  try {
    const response = parseInferResponse(answer.body);
    const short = response.outputs.find(({ shape }) => shape.length !== 2 || shape[0] !== call.rows);
    if (short === undefined) return response;
    throw new Error(
      `expected ${call.rows} rows in "${short.name}", got the shape [${short.shape.join(', ')}]`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReplicaFault(`${replica.url} gave an answer that can not be read: ${reason}`, { cause: error });
  }
}

function unavailable(name: string, fault: unknown): UnavailableError {
  const reason = fault instanceof Error ? fault.message : 'no replica is known to be ready';
  return new UnavailableError(`No replica answers for the model "${name}": ${reason}`, fault ?? undefined);
}
