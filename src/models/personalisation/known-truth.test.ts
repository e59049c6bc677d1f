import { beforeAll, describe, expect, it } from 'vitest';
import {
  answerChance,
  expectedAuc,
  type KnownPoll,
  KnownTruth,
  type KnownUser,
  likingChance,
  type PollKind,
} from '../../../tests/support/known-truth.js';
import { openModel } from '../../../tests/support/model-runs.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { optionId } from '../../domain/ids.js';
import type { ModelSession } from '../evaluation/model-session.js';
import { candidateScorer } from '../evaluation/score-candidates.js';
import { writeRankingGraph } from './ranking-graph.js';
import { trainPersonalisation } from './train-personalisation.js';

const folders = tempFolders();
const BINS = 10;
const PASS = optionId('pass');

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** By user, in the order of the polls asked for. */
interface Foretold {
  readonly scores: readonly (readonly number[])[];
  /** The known chances. */
  readonly truth: readonly (readonly number[])[];
}

/** How each poll does on average over the users, for every user alike. */
function popularity({ truth }: Foretold): number[][] {
  const average = (truth[0] ?? []).map((_, poll) => mean(truth.map((own) => own[poll] as number)));
  return truth.map(() => average);
}

/** AUC over the polls of each user; with `pooled`, over all polls of all users, so that some users answer more counts too. */
function auc(scores: readonly (readonly number[])[], { truth }: Foretold, pooled: boolean): number {
  if (pooled) return expectedAuc(scores.flat(), truth.flat());
  return mean(truth.map((own, user) => expectedAuc(scores[user] as readonly number[], own)));
}

/** How far the scores get on the way from popularity (0) to knowing every chance (1), by AUC. */
function shareOfTheWay(foretold: Foretold, { pooled = false } = {}): number {
  const of = (scores: readonly (readonly number[])[]): number => auc(scores, foretold, pooled);
  const start = of(popularity(foretold));
  const end = of(foretold.truth);
  expect(end - start).toBeGreaterThan(0.05);
  return (of(foretold.scores) - start) / (end - start);
}

/** Mean absolute difference between what is foretold and the known chances, in bins of what is foretold, weighted by items. */
function calibrationError({ scores, truth }: Foretold): number {
  const chances = truth.flat();
  const items = scores.flat().map((score, at) => ({ score, chance: chances[at] as number }));
  return Array.from({ length: BINS }, (_, bin) =>
    items.filter(({ score }) => Math.floor(score * BINS) === bin),
  )
    .filter((own) => own.length > 0)
    .map((own) => (own.length / items.length) * Math.abs(mean(own.map((item) => item.score - item.chance))))
    .reduce((sum, error) => sum + error, 0);
}

const ALL_KINDS: readonly PollKind[] = ['SIDES', 'CHOICE', 'LEVELS'];

describe.each([1, 2, 3])('a model of votes with known chances, drawn with seed %i', (seed) => {
  const known = new KnownTruth({
    seed,
    users: 800,
    polls: 24,
    shown: 0.5,
    // Tastes are the same in all topics: half of the polls of each kind stand in one of their own.
    topicOf: (kind, place) => (place % 2 === 0 ? 'mixed' : kind),
  });
  const strangers = known.makeUsers(120, 'stranger');
  let session: ModelSession;
  beforeAll(async () => {
    session = await openModel(writeRankingGraph(trainPersonalisation(known.training)), await folders.make());
    return () => session.release();
  });

  const tokensOf = (user: KnownUser, kinds: readonly PollKind[]): string[] =>
    known
      .drawVotes(user)
      .map(([place, option]) => ({ poll: known.polls[place] as KnownPoll, option }))
      .filter(({ poll }) => kinds.includes(poll.kind))
      .map(({ poll: { training }, option }) => `${training.id}:${training.optionIds[option]}`);

  /** What the model foretells of users it has not seen, from their votes on polls of some kinds. */
  async function foretell(
    question: 'liking' | 'answer',
    { from, of }: { readonly from: readonly PollKind[]; readonly of: PollKind },
  ): Promise<Foretold> {
    const chance = question === 'liking' ? likingChance : answerChance;
    const polls = known.polls.filter(
      (poll) => poll.kind === of && (question === 'liking' || poll.training.optionIds.includes(PASS)),
    );
    const candidates = polls.map((poll) => poll.training.id);
    const rows = strangers.map((user) => ({ history: tokensOf(user, from), candidates }));
    return {
      scores: (await candidateScorer(session)(rows)).map((scores) => [...scores[question]]),
      truth: strangers.map((user) => polls.map((poll) => chance(poll, user))),
    };
  }

  it.each(['SIDES', 'LEVELS'] as const)(
    'tells by choices without polarity how polls with %s are liked',
    async (of) => {
      expect(shareOfTheWay(await foretell('liking', { from: ['CHOICE'], of }))).toBeGreaterThan(0.7);
    },
  );

  it.each(['SIDES', 'LEVELS'] as const)(
    'tells by options on several levels how polls with %s are liked',
    async (of) => {
      expect(shareOfTheWay(await foretell('liking', { from: ['LEVELS'], of }))).toBeGreaterThan(0.6);
    },
  );

  it('takes all options of one side for that side', async () => {
    const levels = known.polls.filter((poll) => poll.kind === 'LEVELS');
    const likeness = (a: KnownPoll, b: KnownPoll): number =>
      (a.options[0]?.pulls ?? []).reduce(
        (sum, pull, taste) => sum + pull * (b.options[0]?.pulls[taste] ?? 0),
        0,
      );
    const [alike] = levels
      .flatMap((one, place) => levels.slice(place + 1).map((other) => ({ one, other })))
      .sort((a, b) => likeness(b.one, b.other) - likeness(a.one, a.other));
    const { one, other } = alike as { one: KnownPoll; other: KnownPoll };
    const answers = await candidateScorer(session)(
      ['love', 'like', 'dislike', 'hate'].map((option) => ({
        history: [`${one.training.id}:${option}`],
        candidates: [other.training.id],
      })),
    );
    const [love, like, dislike, hate] = answers.map(({ liking }) => liking[0]) as [
      number,
      number,
      number,
      number,
    ];
    expect(Math.min(love, like)).toBeGreaterThan(Math.max(dislike, hate) + 0.1);
  });

  it('learns who answers choices that can be passed', async () => {
    const byChoices = await foretell('answer', { from: ['CHOICE'], of: 'CHOICE' });
    const byAll = await foretell('answer', { from: ALL_KINDS, of: 'CHOICE' });
    expect(shareOfTheWay(byChoices, { pooled: true })).toBeGreaterThan(0.2);
    expect(shareOfTheWay(byAll, { pooled: true })).toBeGreaterThan(0.3);
  });

  it('foretells chances that are the known ones on average, whatever is known of a user', async () => {
    for (const from of [[], ['CHOICE'], ALL_KINDS] as const) {
      for (const of of ALL_KINDS) {
        if (of !== 'CHOICE')
          expect(calibrationError(await foretell('liking', { from, of }))).toBeLessThan(0.06);
        expect(calibrationError(await foretell('answer', { from, of }))).toBeLessThan(0.06);
      }
    }
  });
});
