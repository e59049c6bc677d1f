import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { heldBackShare, isHeldBack } from '../../src/models/evaluation/held-back.js';
import { writeOnboardingGraph } from '../../src/models/personalisation/onboarding-graph.js';
import type { PersonalisationModel } from '../../src/models/personalisation/personalisation-model.js';
import { pollVectors } from '../../src/models/personalisation/poll-vectors.js';
import { writeRankingGraph } from '../../src/models/personalisation/ranking-graph.js';
import { DEFAULT_SETTINGS } from '../../src/models/personalisation/settings.js';
import { writeTopPollsGraph } from '../../src/models/personalisation/top-polls-graph.js';
import { trainPersonalisation } from '../../src/models/personalisation/train-personalisation.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { PollPlaces } from '../../src/models/votes/poll-places.js';
import { stableShare } from '../../src/models/votes/stable-hash.js';
import { type VoteLog, VoteLogBuilder } from '../../src/models/votes/vote-log.js';
import type { StepContext, StepDependencies, StepFunction } from '../flows/flow.js';
import { PERSONALISATION_FILES } from './model-files.js';
import { leaveVectors } from './run-vectors.js';
import { inSession, readTrainingPolls, readTrainingTotals, visitTrainingVotes } from './training-data.js';

/** Votes kept in memory, thirteen bytes each. Of more, users are drawn by a hash of their ids. */
const MOST_VOTES = 50_000_000;

/** Phases that come once: reading, counting, calibrating, beginning the filter, its last two parts, tabulating and writing. */
const OTHER_PHASES = 8;

/** Learns the personal model from all votes but those of held-back users, stages its three files, and leaves its polls as vectors. */
export const trainStep: StepFunction = async (context, dependencies) => {
  const clock = new PhaseClock();
  clock.begin('read');
  const data = await readTraining(context, dependencies);
  const { rounds, finalRounds } = DEFAULT_SETTINGS.factors;
  const all = rounds + finalRounds + DEFAULT_SETTINGS.covotes.filter.sweeps + OTHER_PHASES;
  let begun = 0;
  const model = trainPersonalisation(
    { polls: data.polls, polarity: dependencies.polarity, votes: data.votes },
    {
      onPhase: (phase) => {
        context.signal.throwIfAborted();
        begun += 1;
        context.progress(begun / all);
        clock.begin(phase);
      },
    },
  );
  clock.begin('write');
  const files = await stageFiles(context, dependencies, model);
  await leaveVectors(context, dependencies, pollVectors(model));
  const result = {
    files: files.map(({ name }) => name),
    dataThrough: data.newestAt,
    heldBackShare: data.heldBackShare,
    parameters: DEFAULT_SETTINGS,
    size: {
      polls: model.polls.length,
      factors: model.factorCount,
      tokens: model.tokens.tokens.length,
      users: data.votes.userCount,
      votes: data.votes.voteCount,
      bytes: Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])),
    },
    calibration: model.calibration,
    seconds: clock.end(),
  };
  context.log.info({ step: 'train', ...result.size, seconds: result.seconds }, 'trained');
  return result;
};

interface TrainingData {
  readonly polls: readonly TrainingPoll[];
  readonly votes: VoteLog;
  readonly heldBackShare: number;
  /** When the newest vote was given. */
  readonly newestAt: number | null;
}

const readTraining = (context: StepContext, dependencies: StepDependencies): Promise<TrainingData> =>
  inSession(context, dependencies, async (session) => {
    const polls = await readTrainingPolls(session, context.signal);
    const totals = await readTrainingTotals(session);
    const share = heldBackShare(totals.users);
    const sample = totals.votes === 0 ? 1 : MOST_VOTES / totals.votes;
    const places = new PollPlaces(polls);
    const log = new VoteLogBuilder();
    let user: string | null = null;
    let isUsed = false;
    await visitTrainingVotes(session, context.signal, (voter, poll, option, votedAt) => {
      if (voter !== user) {
        user = voter;
        isUsed = !isHeldBack(voter, share) && stableShare('sample', voter) < sample;
      }
      const place = isUsed ? places.find(poll, option) : null;
      if (place !== null) log.add(voter, place.poll, place.option, votedAt);
    });
    return { polls, votes: log.build(), heldBackShare: share, newestAt: totals.newest_at };
  });

async function stageFiles(
  { flow, runId }: StepContext,
  { runs }: StepDependencies,
  model: PersonalisationModel,
): Promise<{ name: string; bytes: number }[]> {
  const files: { name: string; bytes: number }[] = [];
  const writers = [
    [PERSONALISATION_FILES.topPolls, writeTopPollsGraph],
    [PERSONALISATION_FILES.ranking, writeRankingGraph],
    [PERSONALISATION_FILES.onboarding, writeOnboardingGraph],
  ] as const;
  for (const [name, write] of writers) {
    const content = write(model);
    const staged = await runs.stageFile(flow, runId, name);
    await writeFile(staged, content);
    await runs.commitFile(flow, runId, name, staged);
    files.push({ name, bytes: content.length });
  }
  return files;
}

/** Seconds by phase; a phase may come back. */
class PhaseClock {
  readonly #seconds: Record<string, number> = {};
  #phase: string | null = null;
  #since = 0;

  begin(phase: string): void {
    this.end();
    this.#phase = phase;
    this.#since = performance.now();
  }

  end(): Readonly<Record<string, number>> {
    if (this.#phase !== null) {
      const seconds = (performance.now() - this.#since) / 1_000;
      this.#seconds[this.#phase] = (this.#seconds[this.#phase] ?? 0) + seconds;
      this.#phase = null;
    }
    return Object.fromEntries(
      Object.entries(this.#seconds).map(([phase, seconds]) => [phase, Math.round(seconds * 1_000) / 1_000]),
    );
  }
}
