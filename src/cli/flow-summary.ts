import { z } from 'zod';
import type { FlowOutcome } from '../../jobs/runner/flow-runner.js';
import { SECOND } from '../domain/time.js';

const metrics = z.record(z.string(), z.number().nullable());
const told = z.object({
  evaluate: z.object({ challenger: metrics, champion: metrics.nullable() }).optional(),
  gate: z.object({ verdict: z.string(), reason: z.string() }).optional(),
  publish: z.object({ version: z.string().optional() }).optional(),
  'roll-out': z.object({ note: z.string().optional() }).optional(),
});

/**
 * What a run has come to, for people: the version, metrics of challenger and champion, time, bytes that the warehouse has
 * read. Why it failed is told as an error.
 */
export function flowSummary({ run, results }: FlowOutcome): string {
  const seconds = ((run.finishedAt ?? run.startedAt) - run.startedAt) / SECOND;
  const lines = [`${run.flow} ${run.id}: ${run.state} in ${seconds.toFixed(1)} s`];
  const bytes = bytesProcessed(results);
  if (bytes !== null) lines.push(`  warehouse: ${bytesText(bytes)} processed`);
  const parsed = told.safeParse(results);
  if (!parsed.success) return lines.join('\n');
  const { evaluate, gate, publish, 'roll-out': rollOut } = parsed.data;
  if (evaluate !== undefined) lines.push(...metricLines(evaluate.challenger, evaluate.champion));
  if (gate !== undefined) lines.push(`  gate: ${gate.verdict}. ${gate.reason}`);
  if (publish !== undefined) lines.push(`  published: ${publish.version ?? 'nothing'}`);
  if (rollOut?.note !== undefined) lines.push(`  roll-out: ${rollOut.note}`);
  return lines.join('\n');
}

const counted = z.object({ bytesProcessed: z.number() });

/** The bytes that the statements of all steps have read; null where the warehouse does not count them. */
export function bytesProcessed(results: FlowOutcome['results']): number | null {
  let sum: number | null = null;
  for (const result of Object.values(results)) {
    const parsed = counted.safeParse(result);
    if (parsed.success) sum = (sum ?? 0) + parsed.data.bytesProcessed;
  }
  return sum;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes for people; `not told` for null. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return 'not told';
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1_024 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

type Metrics = z.infer<typeof metrics>;

function metricLines(challenger: Metrics, champion: Metrics | null): string[] {
  const names = Object.keys(challenger);
  if (names.length === 0) return [];
  const width = Math.max(...names.map((name) => name.length));
  return [
    `  ${''.padEnd(width)}  challenger    champion`,
    ...names.map(
      (name) =>
        `  ${name.padEnd(width)}  ${figure(challenger[name]).padStart(10)}  ${figure(champion?.[name]).padStart(10)}`,
    ),
  ];
}

function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
