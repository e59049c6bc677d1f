/** One call of the store; `turn` counts them, so that each may ask for something else. */
export type Call = (turn: number) => Promise<unknown>;

export interface ConcurrentCalls {
  readonly call: Call;
  /** Calls under way at once. */
  readonly connections: number;
  /** Calls in all. */
  readonly calls: number;
}

/** How long each call took, in milliseconds, shortest first. */
export async function timesOf({ call, connections, calls }: ConcurrentCalls): Promise<number[]> {
  const times: number[] = [];
  let turn = 0;
  const one = async (): Promise<void> => {
    while (turn < calls) {
      const started = performance.now();
      await call(turn++);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return times.sort((a, b) => a - b);
}

/** The time that this share of the calls stays below. `sorted`: shortest first. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
