import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startPredictor } from '../support/predictor-process.js';
import { childProcesses } from '../support/processes.js';
import { describeWithService } from '../support/services.js';
import { tempFolders } from '../support/temp-folder.js';
import { sampleVotes, voteTokens, writeSampleModels } from './sample-models.js';

/** One row of a request: the values of each input, without padding. */
type Row = Readonly<Record<string, readonly (string | number)[]>>;

const REQUESTS = 300;
const TOLERANCE = 1e-5;

const inferResponse = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.enum(['BYTES', 'FP32']),
      shape: z.array(z.number()),
      data: z.array(z.union([z.string(), z.number()])),
    }),
  ),
});
type Outputs = z.infer<typeof inferResponse>['outputs'];

/** The V2 request of some rows; shorter ones are padded with "". */
function inferRequest(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const inputs = names.map((name) => {
    const width = Math.max(1, ...rows.map((row) => row[name]?.length ?? 0));
    const data = rows.flatMap((row) => {
      const values = row[name] ?? [];
      return [...values, ...Array.from({ length: width - values.length }, () => '')];
    });
    const datatype = name === 'limit' ? 'INT64' : 'BYTES';
    return { name, datatype, shape: [rows.length, width], data };
  });
  return JSON.stringify({ inputs });
}

async function infer(root: string, model: string, rows: readonly Row[]): Promise<Outputs> {
  const response = await fetch(`${root}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: inferRequest(rows),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${root}: ${response.status} ${text}`);
  return inferResponse.parse(JSON.parse(text)).outputs.sort((a, b) => a.name.localeCompare(b.name));
}

/** Same names, shapes and texts; numbers as near as the tolerance. */
function expectSame(theirs: Outputs, ours: Outputs): void {
  const exact = (outputs: Outputs) =>
    outputs.map(({ name, datatype, shape, data }) => ({
      ...{ name, datatype, shape },
      data: datatype === 'BYTES' ? data : data.length,
    }));
  expect(exact(theirs)).toEqual(exact(ours));
  for (const [place, { name, datatype, data }] of ours.entries()) {
    if (datatype !== 'FP32') continue;
    const furthest = data.reduce<number>(
      (most, value, n) => Math.max(most, Math.abs(Number(value) - Number(theirs[place]?.data[n]))),
      0,
    );
    expect(furthest, `largest difference in ${name}`).toBeLessThanOrEqual(TOLERANCE);
  }
}

const votes = sampleVotes();
const pollIds = votes.polls.map(({ id }) => id);
const topics = [...new Set(votes.polls.flatMap((poll) => poll.topics))].map((topic) => `@topic:${topic}`);
const languages = ['@language:en', '@language:de', '@language:xx'];

const token = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...voteTokens(votes)) },
  { weight: 2, arbitrary: fc.constantFrom(...pollIds).map((id) => `${id}:@skip`) },
  { weight: 1, arbitrary: fc.constantFrom(...topics, ...languages) },
  { weight: 1, arbitrary: fc.constantFrom('unknown-poll:agree', 'no token', '', `${pollIds[0]}:no-option`) },
);
const history = fc.array(token, { maxLength: 60 });
const ids = (maxLength: number) =>
  fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pollIds) },
      { weight: 1, arbitrary: fc.constant('gone') },
    ),
    {
      maxLength,
    },
  );
const segment = fc.array(fc.constantFrom('', '@trending', '@topic:unknown', ...topics, ...languages), {
  maxLength: 2,
});
const limit = fc.integer({ min: 1, max: 60 }).map((value) => [value]);

const ROWS: Readonly<Record<string, fc.Arbitrary<Row>>> = {
  personalisation: fc.record({ history, exclude: ids(40), limit }),
  'personalisation-ranking': fc.record({ history, candidates: ids(50) }),
  popular: fc.record({ segment, exclude: ids(40), limit }),
};

describeWithService('kserve', 'the files that this project writes, on the KServe Python server', (kserve) => {
  const folders = tempFolders();
  const processes = childProcesses();
  let folder = '';
  beforeAll(async () => {
    folder = await folders.make();
    await writeSampleModels(folder, votes);
  });

  describe.each(Object.entries(ROWS))('%s', (model, row) => {
    let theirs = '';
    let ours = '';
    beforeAll(async () => {
      const modelDir = join(folder, model);
      ({ url: theirs } = await kserve.start([modelDir, model]));
      ({ url: ours } = await startPredictor(processes, { modelDir, name: model }));
    });

    it('gives the same ids and scores as our predictor, row by row', async () => {
      const answers = new Set<string>();
      for (const one of fc.sample(row, { seed: 20261123, numRuns: REQUESTS })) {
        const answer = await infer(ours, model, [one]);
        expectSame(await infer(theirs, model, [one]), answer);
        answers.add(JSON.stringify(answer));
      }
      // Two servers that give nothing agree as well.
      expect(answers.size).toBeGreaterThan(REQUESTS / 2);
    });

    it('gives the same for batches', async () => {
      const batch = fc.array(row, { minLength: 2, maxLength: 16 });
      for (const rows of fc.sample(batch, { seed: 4, numRuns: REQUESTS / 10 })) {
        expectSame(await infer(theirs, model, rows), await infer(ours, model, rows));
      }
    });
  });
});
