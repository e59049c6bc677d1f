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
  /** Empty, like the weights, where the model gives no reasons. */
  readonly because: readonly string[];
  readonly weights: readonly number[];
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
  const givesReasons = outputs.some(({ name }) => name === 'because');
  const because = givesReasons ? textsOf(outputs, 'because') : [];
  const weights = givesReasons ? numbersOf(outputs, 'because_weight', ids.length) : [];
  const width = ids.length / rows.length;
  return rows.map((_, row) => {
    const [from, to] = [row * width, (row + 1) * width];
    return {
      polls: ids.slice(from, to),
      scores: [...scores.slice(from, to)],
      because: because.slice(from, to),
      weights: [...weights.slice(from, to)],
    };
  });
}
