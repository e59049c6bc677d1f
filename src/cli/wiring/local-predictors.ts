import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelName } from '../../domain/model.js';

const replicas = z.array(z.object({ url: z.string(), pid: z.number().int().positive() }));
const runningPredictors = z.object({
  /** The `hunch up` that started them. */
  pid: z.number().int().positive(),
  replicas: z.object({ PERSONALISATION: replicas, POPULAR: replicas }),
});

export type LocalReplicas = z.infer<typeof runningPredictors>['replicas'];

const fileIn = (dataDir: string): string => join(dataDir, 'run', 'predictors.json');

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Tells other processes on the same DATA_DIR where the predictors of this `hunch up` answer. */
export function announcePredictors(dataDir: string, running: LocalReplicas): void {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const aside = `${fileIn(dataDir)}.${process.pid}`;
  writeFileSync(aside, JSON.stringify({ pid: process.pid, replicas: running }));
  renameSync(aside, fileIn(dataDir));
}

/** Takes the announcement back. */
export function withdrawPredictors(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** The replicas that a running `hunch up` on this DATA_DIR has announced; none where none runs. */
export function localPredictors(dataDir: string, model: ModelName): readonly string[] {
  let text: string;
  try {
    text = readFileSync(fileIn(dataDir), 'utf8');
  } catch {
    return [];
  }
  const parsed = runningPredictors.safeParse(JSON.parse(text));
  if (!parsed.success || !isAlive(parsed.data.pid)) return [];
  return parsed.data.replicas[model].map(({ url }) => url);
}
