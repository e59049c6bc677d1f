import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInput, ModelSession } from '../../src/models/evaluation/model-session.js';
import { limitInput, numbersOf, textInput, textsOf } from '../../src/models/evaluation/model-session.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';

let opened = 0;

/** Opens a model file from memory, by way of `folder`. */
export async function openModel(content: Uint8Array, folder: string): Promise<ModelSession> {
  opened += 1;
  const path = join(folder, `model-${opened}.onnx`);
  await writeFile(path, content);
  return OnnxSession.load(path);
}

export interface TopRow {
  readonly asks: readonly string[];
  readonly exclude?: readonly string[];
  readonly limit: number;
}

export interface TopAnswer {
  readonly polls: readonly string[];
  readonly scores: readonly number[];
  /** Absent in the popular model. */
  readonly because: readonly string[];
}

/** Asks a top-k model for several rows in one batch; each answer as wide as the model gives it, padding included. */
export async function askTop(
  session: ModelSession,
  input: 'history' | 'segment',
  rows: readonly TopRow[],
): Promise<TopAnswer[]> {
  const inputs: ModelInput[] = [
    textInput(
      input,
      rows.map((row) => row.asks),
    ),
    textInput(
      'exclude',
      rows.map((row) => row.exclude ?? []),
    ),
    limitInput(rows.map((row) => row.limit)),
  ];
  const outputs = await session.run(inputs);
  const ids = textsOf(outputs, 'poll_id');
  const scores = numbersOf(outputs, 'score', ids.length);
  const because = input === 'history' ? textsOf(outputs, 'because') : [];
  const width = ids.length / rows.length;
  return rows.map((_, row) => ({
    polls: ids.slice(row * width, (row + 1) * width),
    scores: [...scores.slice(row * width, (row + 1) * width)],
    because: because.slice(row * width, (row + 1) * width),
  }));
}
