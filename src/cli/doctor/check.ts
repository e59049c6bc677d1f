/** Something that is not as it should be, and what to do about it. */
export interface Finding {
  readonly what: string;
  readonly remedy: string;
  /** False for what puts itself right, such as an index that the first start makes. */
  readonly isFault: boolean;
}

/** What one store or service said of itself. */
export interface Look {
  readonly detail: string;
  readonly version?: string | null;
  /** Of one small question, in milliseconds. */
  readonly latencyMs?: number;
  readonly findings?: readonly Finding[];
}

export interface Check extends Required<Look> {
  readonly name: string;
  /** False where it does not answer, or where a finding is a fault. */
  readonly ok: boolean;
}

/** Looks, and takes the time of the whole look where that names none of its own; an error is what was found. */
export async function check(name: string, look: () => Promise<Look>): Promise<Check> {
  const started = performance.now();
  const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
  try {
    const { detail, version = null, latencyMs = performance.now() - started, findings = [] } = await look();
    const ok = !findings.some((finding) => finding.isFault);
    return { name, ok, detail, version, latencyMs: rounded(latencyMs), findings };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      name,
      ok: false,
      detail,
      version: null,
      latencyMs: rounded(performance.now() - started),
      findings: [],
    };
  }
}

/** Milliseconds that a second call takes: the first one opens the connection. */
export async function latencyOf(ping: () => Promise<unknown>): Promise<number> {
  await ping();
  const started = performance.now();
  await ping();
  return performance.now() - started;
}

/** For people: a line a check, and below it what was found. */
export function checksText(checks: readonly Check[]): string {
  return checks
    .flatMap(({ name, ok, detail, latencyMs, findings }) => [
      `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${detail} (${latencyMs.toFixed(0)} ms)`,
      ...findings.map(
        ({ what, remedy, isFault }) => `        ${isFault ? 'missing' : 'note'}: ${what} ${remedy}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join('');
}
