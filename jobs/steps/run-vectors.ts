import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { HunchError } from '../../src/domain/errors.js';
import { pollId } from '../../src/domain/ids.js';
import type { PollVectors } from '../../src/domain/poll-vectors.js';
import type { StepContext, StepDependencies } from '../flows/flow.js';

/** Ids and length of the vectors. */
const DOCUMENT = 'vectors/polls.json';
/** Their numbers, four bytes each, row after row. */
const FILE = 'vectors/values.f32';

const vectorsDocument = z.object({
  dims: z.number().int().positive(),
  ids: z.array(z.string().transform(pollId)),
});

/** Leaves the vectors of a run for later steps of it. */
export async function leaveVectors(
  { flow, runId }: Pick<StepContext, 'flow' | 'runId'>,
  { runs }: Pick<StepDependencies, 'runs'>,
  { ids, dims, values }: PollVectors,
): Promise<void> {
  const staged = await runs.stageFile(flow, runId, FILE);
  await writeFile(staged, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  await runs.commitFile(flow, runId, FILE, staged);
  await runs.writeDocument(flow, runId, DOCUMENT, { dims, ids });
}

/** The vectors that the run has left. Rejects with NOT_FOUND where there are none, and INVALID_DATA where they do not fit together. */
export async function readVectors(
  { flow, runId }: Pick<StepContext, 'flow' | 'runId'>,
  { runs }: Pick<StepDependencies, 'runs'>,
): Promise<PollVectors> {
  const bytes = await readFile(await runs.fetchFile(flow, runId, FILE));
  const { ids, dims } = vectorsDocument.parse(await runs.readDocument(flow, runId, DOCUMENT));
  const wanted = ids.length * dims * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted) {
    throw new HunchError(
      'INVALID_DATA',
      `${FILE} of run ${runId} wants ${wanted} bytes, ${ids.length} vectors of ${dims} numbers; it has ${bytes.length}. Run the flow again.`,
    );
  }
  return { ids, dims, values: new Float32Array(new Uint8Array(bytes).buffer) };
}
