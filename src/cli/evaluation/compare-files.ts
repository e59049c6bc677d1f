import { readFile } from 'node:fs/promises';
import { BadInputError } from '../../domain/errors.js';
import { compareEvaluations, type MetricComparison } from '../../models/evaluation/compare-evaluations.js';

/** The paired tests of two files that `hunch evaluate --json` wrote. Rejects with BAD_USER_INPUT where they can not be compared. */
export async function compareFiles(first: string, second: string): Promise<MetricComparison[]> {
  const [a, b] = await Promise.all([first, second].map(readDocument));
  return compareEvaluations({ name: first, document: a }, { name: second, document: b });
}

async function readDocument(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadInputError(`${path} can not be read as JSON: ${reason}`);
  }
}
