import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Prediction } from '../../models/evaluation/exposed-protocol.js';

/** Writes `user_id,poll_id,liking,answer,score`, a row for each prediction, in their order. The file appears whole or not at all. */
export async function writePredictions(path: string, predictions: readonly Prediction[]): Promise<void> {
  const aside = `${path}.part`;
  try {
    await pipeline(Readable.from(linesOf(predictions)), createWriteStream(aside));
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

function* linesOf(predictions: readonly Prediction[]): Generator<string> {
  yield 'user_id,poll_id,liking,answer,score\n';
  for (const { item, liking, answer, score } of predictions) {
    yield `${cell(item.vote.userId)},${cell(item.vote.pollId)},${liking},${answer},${score}\n`;
  }
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
