import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelName } from '../../domain/model.js';

const runningPredictors = z.object({
  pid: z.number().int().positive(),
  urls: z.object({ PERSONALISATION: z.array(z.string()), POPULAR: z.array(z.string()) }),
});

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
export function announcePredictors(
  dataDir: string,
  urls: Readonly<Record<ModelName, readonly string[]>>,
): void {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const aside = `${fileIn(dataDir)}.${process.pid}`;
  writeFileSync(aside, JSON.stringify({ pid: process.pid, urls }));
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
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data.urls[model] : [];
}
