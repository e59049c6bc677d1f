import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleType } from 'cockatiel';
import { Pool } from 'undici';
import { type ModelVersion, modelVersion } from '../../domain/ids.js';
import type { ReplicaStatus } from './model-client.js';

/** Failures in a row after which a replica is left alone for a while, whatever its health check says. */
const FAILURES_IN_A_ROW = 5;
const LEFT_ALONE_MS = 1_000;
const CHECK_TIMEOUT_MS = 1_000;
/** Weight of the newest answer in the smoothed latency. */
const NEWEST = 0.1;

/** The replica failed to answer, or answered that it can not (5xx); another one may. */
export class ReplicaFault extends Error {
  /** The request never reached the process, or its connection was cut: the same replica may answer a second try. */
  readonly cut: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly cut?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ReplicaFault';
    this.cut = options.cut ?? false;
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** One server of a model: its connections, its circuit breaker, and what the last health check saw. */
export class Replica {
  readonly url: string;
  readonly #pool: Pool;
  readonly #prefix: string;
  #breaker = newBreaker();
  #brokenAt: number | null = null;
  #outstanding = 0;
  /** Null before the first check: such a replica is tried. */
  #ready: boolean | null = null;
  #versions: readonly string[] | null = null;
  /** Versions that it said it has not, since its list was last seen. */
  readonly #lacking = new Set<ModelVersion>();
  readonly #onChange: (replica: Replica) => void;
  #latencyMs: number | null = null;

  /** `onChange` is told when the replica comes or goes. */
  constructor(url: string, onChange: (replica: Replica) => void) {
    const { origin, pathname } = new URL(url);
    this.url = url;
    this.#onChange = onChange;
    this.#prefix = pathname.replace(/\/$/, '');
    this.#pool = new Pool(origin, {
      connections: 64,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      connect: { timeout: CHECK_TIMEOUT_MS },
      // Every request has a deadline of its own, by its signal.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#watchBreaker();
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  get ready(): boolean | null {
    return this.#ready;
  }

  /** True where a request may be sent now: not known to be down, and its breaker closed or due for a trial. */
  get usable(): boolean {
    if (this.#ready === false) return false;
    const { state } = this.#breaker;
    if (state !== CircuitState.Open) return state === CircuitState.Closed;
    return this.#brokenAt === null || performance.now() - this.#brokenAt >= LEFT_ALONE_MS;
  }

  get status(): ReplicaStatus {
    const ready = this.#ready === true;
    const versions = ready && this.#versions !== null ? this.#versions.map(modelVersion) : null;
    return {
      url: this.url,
      ready,
      version: versions?.[0] ?? null,
      versions,
      latencyMs: this.#latencyMs,
    };
  }

  /** What the last check saw; true where the server does not tell its versions and has not refused this one. */
  mayHave(version: ModelVersion): boolean {
    if (this.#lacking.has(version)) return false;
    return this.#versions === null || this.#versions.includes(version);
  }

  /** The server has answered that it has no such version, or knows no versions. */
  lacks(version: ModelVersion): void {
    this.#lacking.add(version);
  }

  /** Asks through the circuit breaker. Rejects with ReplicaFault, or as the signal aborts. Answers below 500 come back as they are. */
  async ask(request: HttpRequest): Promise<HttpAnswer> {
    const startedAt = performance.now();
    this.#outstanding++;
    try {
      const answer = await this.#breaker.execute(async () => {
        const { status, body } = await this.#exchange(request);
        // 501 says that an endpoint is not there, not that the server is in trouble.
        if (status < 500 || status === 501) return { status, body };
        throw new ReplicaFault(`${this.url} answered ${status}: ${errorIn(body)}`);
      });
      const took = performance.now() - startedAt;
      this.#latencyMs = this.#latencyMs === null ? took : this.#latencyMs * (1 - NEWEST) + took * NEWEST;
      return answer;
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new ReplicaFault(`${this.url} is left alone after failures`);
      throw error;
    } finally {
      this.#outstanding--;
    }
  }

  /** Asks outside of the breaker, for administration. Rejects with ReplicaFault where no answer comes; every status comes back. */
  administer(request: HttpRequest): Promise<HttpAnswer> {
    return this.#exchange(request);
  }

  /** Looks whether the server is ready for the model `name` and which versions it has; never rejects. `close` ends it. */
  async check(name: string): Promise<void> {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const path = `/v2/models/${encodeURIComponent(name)}`;
    try {
      const ready = await this.#exchange({ method: 'GET', path: `${path}/ready`, signal });
      if (ready.status !== 200) return this.#seen(false);
      const metadata = await this.#exchange({ method: 'GET', path, signal });
      this.#versions = metadata.status === 200 ? versionsIn(metadata.body) : null;
      if (this.#versions !== null) this.#lacking.clear();
      this.#seen(true);
    } catch {
      this.#seen(false);
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #seen(ready: boolean): void {
    const before = this.#ready;
    this.#ready = ready;
    if (!ready) {
      this.#versions = null;
      this.#lacking.clear();
    }
    if (before === ready) return;
    // One that was away and is back starts anew: what failed before says nothing about the new process.
    if (ready && before === false) {
      this.#breaker = newBreaker();
      this.#brokenAt = null;
      this.#watchBreaker();
    }
    this.#onChange(this);
  }

  #watchBreaker(): void {
    this.#breaker.onBreak(() => {
      this.#brokenAt = performance.now();
    });
  }

  async #exchange({ method, path, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body };
    try {
      const answer = await this.#pool.request({
        method,
        path: this.#prefix + path,
        headers,
        signal,
        ...sent,
      });
      return { status: answer.statusCode, body: await answer.body.bytes() };
    } catch (error) {
      if (signal.aborted) throw error;
      const { code } = error as { readonly code?: string };
      const unreachable = code === 'ECONNREFUSED' || code === 'ENOTFOUND';
      // Nothing listens there: no need to wait for the next check to know it.
      if (unreachable) this.#seen(false);
      const reason = error instanceof Error ? error.message : String(error);
      throw new ReplicaFault(`${this.url} did not answer: ${reason}`, { cause: error, cut: !unreachable });
    }
  }
}

const newBreaker = () =>
  circuitBreaker(handleType(ReplicaFault), {
    halfOpenAfter: LEFT_ALONE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });

function versionsIn(body: Uint8Array): readonly string[] | null {
  try {
    const { versions } = JSON.parse(Buffer.from(body).toString()) as { readonly versions?: unknown };
    return Array.isArray(versions) && versions.length > 0 ? versions.map(String) : null;
  } catch {
    return null;
  }
}

/** The reason in an error's body, or the body itself. */
export function errorIn(body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  try {
    const { error, detail } = JSON.parse(text) as { readonly error?: unknown; readonly detail?: unknown };
    return typeof error === 'string' ? error : JSON.stringify(detail ?? text);
  } catch {
    return text.slice(0, 200);
  }
}
