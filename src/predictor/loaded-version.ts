import { checkOutputs, type ModelSpec } from '../open-inference/infer-request.js';
import { checkRows, signatureOf } from '../open-inference/model-signature.js';
import type { Tensor } from '../open-inference/tensor.js';
import type { VersionFiles } from './model-layout.js';
import { OnnxSession } from './onnx-session.js';
import { RunQueue } from './run-queue.js';
import { warmUp } from './warm-up.js';

export interface LoadOptions {
  /** Threads inside one operator. */
  readonly threads: number;
}

/** One version in memory, all its models together. It is released when it is retired and the last request on it has ended. */
export class LoadedVersion {
  readonly version: string;
  readonly stamp: string;
  /** The OIP names that it answers to. */
  readonly models: ReadonlyMap<string, LoadedModel>;
  readonly #sessions: ReadonlyMap<string, OnnxSession>;
  #inFlight = 0;
  #retired = false;
  #released = false;

  private constructor({ version, stamp }: VersionFiles, sessions: ReadonlyMap<string, OnnxSession>) {
    this.version = version;
    this.stamp = stamp;
    this.#sessions = sessions;
    this.models = new Map(
      [...sessions].map(([name, session]) => [name, new LoadedModel(this, { name, session })]),
    );
  }

  /** Loads and warms; rejects with INVALID_MODEL and the reason, holding nothing. */
  static async load(files: VersionFiles, { threads }: LoadOptions): Promise<LoadedVersion> {
    const sessions = new Map<string, OnnxSession>();
    try {
      for (const [name, path] of files.files) sessions.set(name, await OnnxSession.load(path, { threads }));
      await warmUp(sessions);
    } catch (error) {
      for (const session of sessions.values()) await session.release();
      throw error;
    }
    return new LoadedVersion(files, sessions);
  }

  /** Holds the version in memory while `work` goes on. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
      if (this.#retired && this.#inFlight === 0) await this.#release();
    }
  }

  /** Takes no effect on requests in flight; no new one may come. */
  async retire(): Promise<void> {
    this.#retired = true;
    if (this.#inFlight === 0) await this.#release();
  }

  async #release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    for (const session of this.#sessions.values()) await session.release();
  }
}

/** One model of a version, as requests see it. */
export class LoadedModel implements ModelSpec {
  readonly name: string;
  readonly version: string;
  readonly inputs: ModelSpec['inputs'];
  readonly outputs: ModelSpec['outputs'];
  readonly #owner: LoadedVersion;
  readonly #queue: RunQueue;

  constructor(
    owner: LoadedVersion,
    { name, session }: { readonly name: string; readonly session: OnnxSession },
  ) {
    this.#owner = owner;
    this.name = name;
    this.version = owner.version;
    this.inputs = session.inputs;
    this.outputs = session.outputs;
    this.#queue = new RunQueue(session, signatureOf(name));
  }

  /**
   * The outputs named, in that order; all where `wanted` is null. The inputs have been checked against this model. Rejects with
   * ProtocolFault (400) for an output it has not or rows that do not fit, with BAD_USER_INPUT where the model refuses the inputs.
   */
  async infer(inputs: readonly Tensor[], wanted: readonly string[] | null): Promise<Tensor[]> {
    if (wanted !== null) checkOutputs(wanted, this);
    if (signatureOf(this.name) !== null) checkRows(inputs);
    const outputs = await this.#owner.use(() => this.#queue.run(inputs));
    if (wanted === null) return outputs;
    return wanted.flatMap((name) => outputs.filter((output) => output.name === name));
  }
}
