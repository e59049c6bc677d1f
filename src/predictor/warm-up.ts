import { HunchError } from '../domain/errors.js';
import type { OipModelName } from '../domain/model.js';
import { MODEL_SIGNATURES, signatureFaults, signatureOf } from '../open-inference/model-signature.js';
import type { Tensor } from '../open-inference/tensor.js';
import type { OnnxSession } from './onnx-session.js';

/** Asked for in the first answer: enough to see scores of most polls of a small catalogue. */
const MANY = 1_000;
/** As long as the history of an active user. */
const LONG = 200;
const ROUNDS = 3;

/**
 * Runs every model of a version as requests will, so that the first real one finds it warm, and checks what it answers.
 * Rejects with INVALID_MODEL where inputs or outputs are not those of the model's name, or an answer has the wrong shape or a
 * score that is not finite. Models of other names are taken as they are.
 */
export async function warmUp(sessions: ReadonlyMap<string, OnnxSession>): Promise<void> {
  for (const [name, session] of sessions) {
    const signature = signatureOf(name);
    const faults = signature === null ? [] : signatureFaults(session, signature);
    if (faults.length > 0) throw new HunchError('INVALID_MODEL', `The model "${name}" ${faults.join('; ')}.`);
  }
  const topK = sessions.get('personalisation');
  const onboarding = sessions.get('personalisation-onboarding');
  const ranking = sessions.get('personalisation-ranking');
  const popular = sessions.get('popular');
  if (popular !== undefined)
    pollsIn(await checked(popular, 'popular', [text('segment', ['']), ...limits([], MANY)]));
  if (onboarding !== undefined) {
    const inputs = [text('history', ['']), ...limits([], MANY)];
    pollsIn(await checked(onboarding, 'personalisation-onboarding', inputs));
  }
  if (topK === undefined) return;
  const first = await checked(topK, 'personalisation', [text('history', ['']), ...limits([], MANY)]);
  // Votes on the model's own polls reach weights that unknown tokens do not.
  const known = pollsIn(first);
  const history = known.slice(0, LONG).map((id, n) => `${id}:${n % 2 === 0 ? 'agree' : 'disagree'}`);
  for (let round = 0; round < ROUNDS; round++) {
    await checked(topK, 'personalisation', [text('history', history), ...limits(known.slice(0, LONG), MANY)]);
    if (ranking === undefined) continue;
    await checked(ranking, 'personalisation-ranking', [text('history', history), text('candidates', known)]);
  }
}

const text = (name: string, data: readonly string[]): Tensor => {
  const padded = data.length === 0 ? [''] : data;
  return { name, datatype: 'BYTES', shape: [1, padded.length], data: padded };
};

const limits = (exclude: readonly string[], limit: number): Tensor[] => [
  text('exclude', exclude),
  { name: 'limit', datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(BigInt(limit)) },
];

/** The polls of a first answer. A model that has none to give, not even to somebody unknown, is of no use. */
function pollsIn(outputs: readonly Tensor[]): readonly string[] {
  const output = outputs.find(({ name }) => name === 'poll_id');
  const polls = output?.datatype === 'BYTES' ? output.data.filter((id) => id !== '') : [];
  if (polls.length === 0)
    throw new HunchError('INVALID_MODEL', 'The model gives no poll to a user without history.');
  return polls;
}

async function checked(
  session: OnnxSession,
  name: OipModelName,
  inputs: readonly Tensor[],
): Promise<Tensor[]> {
  const outputs = await session.run(inputs).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HunchError('INVALID_MODEL', `The model "${name}" fails: ${reason}`, { cause: error });
  });
  const [, wanted = 0] = inputs.find((input) => input.name === 'candidates')?.shape ?? [];
  for (const { name: output } of MODEL_SIGNATURES[name].outputs) {
    const tensor = outputs.find((one) => one.name === output);
    const [rows, width = 0] = tensor?.shape ?? [];
    if (tensor === undefined || tensor.shape.length !== 2 || rows !== 1 || (wanted > 0 && width !== wanted)) {
      const shape = `[${tensor?.shape.join(', ')}]`;
      const expected = `[1, ${wanted > 0 ? wanted : 'K'}]`;
      throw new HunchError(
        'INVALID_MODEL',
        `The model "${name}" gives "${output}" the shape ${shape}, expected ${expected}.`,
      );
    }
    if (tensor.datatype === 'FP32' && !tensor.data.every(Number.isFinite)) {
      throw new HunchError(
        'INVALID_MODEL',
        `The model "${name}" gives numbers that are not finite in "${output}".`,
      );
    }
  }
  return outputs;
}
