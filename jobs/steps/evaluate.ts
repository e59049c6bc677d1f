import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HunchError, NotFoundError } from '../../src/domain/errors.js';
import type { ModelVersion } from '../../src/domain/ids.js';
import { heldBackShare } from '../../src/models/evaluation/held-back.js';
import { MODEL_OF_FLOW, type StepContext, type StepDependencies, type StepFunction } from '../flows/flow.js';
import { compareMeasures, type Measured, type MeasureModel, metricsOf } from './evaluation-result.js';
import { type HeldBackVotes, readHeldBackVotes } from './held-back-votes.js';
import { measurePersonalisation } from './measure-personalisation.js';
import { measurePopular } from './measure-popular.js';
import { inVersion } from './model-files.js';
import { inSession, readTrainingTotals } from './training-data.js';

/**
 * Scores the new model and the champion on the newest votes of users whose votes neither has counted, through files as they are
 * served: `personalise` trains without these users, `popular` leaves a copy without their votes. A broken challenger is a result (its metrics are null); a broken champion counts as none.
 */
export const evaluateStep: StepFunction = async (context, dependencies) => {
  const votes = await readVotes(context, dependencies);
  context.progress(0.4);
  const challenger = await measureChallenger(context, dependencies, votes);
  context.progress(0.7);
  context.signal.throwIfAborted();
  const champion = await measureChampion(context, dependencies, votes);
  const against = {
    users: votes.known.size,
    champion: champion === null ? null : metricsOf(champion.measured),
    championVersion: champion?.version ?? null,
  };
  const result =
    challenger instanceof HunchError
      ? { ...BROKEN, ...against, fault: challenger.message }
      : {
          challenger: metricsOf(challenger),
          ...against,
          polls: challenger.polls,
          comparisons: champion === null ? {} : compareMeasures(challenger, champion.measured),
        };
  context.log.info({ step: 'evaluate', ...result }, 'evaluated');
  return result;
};

/** A challenger that can not be used is refused for its metrics; it is not known to be empty. */
const BROKEN = { challenger: { exposedAuc: null }, polls: 1, comparisons: {} } as const;

const readVotes = (context: StepContext, dependencies: StepDependencies): Promise<HeldBackVotes> =>
  inSession(context, dependencies, async (session) => {
    const { users } = await readTrainingTotals(session);
    return readHeldBackVotes(session, heldBackShare(users), context.signal);
  });

const measurerOf = ({ flow }: StepContext, { openModel, polarity }: StepDependencies): MeasureModel =>
  flow === 'personalise' ? measurePersonalisation(openModel, polarity) : measurePopular(openModel, polarity);

async function measureChallenger(
  context: StepContext,
  dependencies: StepDependencies,
  votes: HeldBackVotes,
): Promise<Measured | HunchError> {
  const { flow, runId, log } = context;
  const files = (staged: string): Promise<string> => dependencies.runs.fetchFile(flow, runId, staged);
  try {
    return await measurerOf(context, dependencies)(files, votes);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    log.error({ step: 'evaluate', code: error.code }, error.message);
    return error;
  }
}

async function measureChampion(
  context: StepContext,
  dependencies: StepDependencies,
  votes: HeldBackVotes,
): Promise<{ readonly version: ModelVersion; readonly measured: Measured } | null> {
  const { modelStore } = dependencies;
  const model = MODEL_OF_FLOW[context.flow];
  const version = await modelStore.current(model);
  if (version === null) return null;
  try {
    const folder = await modelStore.fetchVersion(model, version);
    const files = (staged: string): Promise<string> => fileOfVersion(folder, staged);
    return { version, measured: await measurerOf(context, dependencies)(files, votes) };
  } catch (error) {
    if (!isUnusable(error) && !isGone(error)) throw error;
    context.log.warn({ step: 'evaluate', version, code: error.code }, `champion unusable: ${error.message}`);
    return null;
  }
}

/** Rejects with NotFoundError. */
async function fileOfVersion(folder: string, staged: string): Promise<string> {
  const path = join(folder, inVersion(staged));
  const found = await stat(path).catch(() => null);
  if (found === null) throw new NotFoundError(`${folder} holds no ${inVersion(staged)}.`);
  return path;
}

/** A model that can not be loaded, refuses its inputs or gives no numbers is a finding; all else is an error of the step. */
const isUnusable = (error: unknown): error is HunchError =>
  error instanceof HunchError && (error.code === 'INVALID_MODEL' || error.code === 'BAD_USER_INPUT');

/** The pointer may name a version whose folder or file somebody removed by hand: then nothing serves that could be better. */
const isGone = (error: unknown): error is HunchError =>
  error instanceof HunchError && error.code === 'NOT_FOUND';
