import { limitInput, type ModelSession, numbersOf, textInput, textsOf } from './model-session.js';

/** More than any catalogue holds; the model clamps it. */
const EVERYTHING = 1_000_000_000;

/**
 * Every poll that a top-k file gives a user of whom nothing is known, with its score. Rejects with INVALID_MODEL where a score is
 * not finite.
 */
export async function listedPolls(
  session: ModelSession,
  input: 'history' | 'segment',
): Promise<Map<string, number>> {
  const outputs = await session.run(
    [textInput(input, [[]]), textInput('exclude', [[]]), limitInput([EVERYTHING])],
    ['poll_id', 'score'],
  );
  const ids = textsOf(outputs, 'poll_id');
  const scores = numbersOf(outputs, 'score', ids.length);
  const polls = new Map(ids.map((id, place) => [id, scores[place] as number]));
  polls.delete('');
  return polls;
}
