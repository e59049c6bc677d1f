import { emptyFeatures, type UserFeatures } from '../../src/domain/features.js';
import { pollId, userId } from '../../src/domain/ids.js';
import { PRESET_SCENARIOS, type Scenario } from '../../src/domain/scenario.js';
import { areaUnderCurve } from '../../src/models/evaluation/exposed-auc.js';
import type { Candidate } from '../../src/recommend/candidate.js';
import { QuestionVectors } from '../../src/recommend/question-vectors.js';
import { rerank } from '../../src/recommend/rerank.js';
import type { JudgedUser } from './judged-users.js';

const PLACES = 10;
const RELOADS = 10;
const NOW = 0;

export type Row = Readonly<Record<string, number | string>>;

const questions = new QuestionVectors();
const nobody = emptyFeatures(userId('somebody'), NOW);

const order = (
  candidates: readonly Candidate[],
  { scenario, places, features = nobody }: { scenario: Scenario; places: number; features?: UserFeatures },
): Candidate[] =>
  rerank(candidates, {
    scenario,
    features,
    context: { topics: [], languages: [] },
    now: NOW,
    places,
    questions,
    exploration: null,
  });

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const standardError = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / Math.max(1, values.length));
};

/** AUC of the place, agree before disagree, among what the voter was really shown; null without both. */
function placeAuc({ shown, options }: JudgedUser, scenario: Scenario): number | null {
  const ranked = order(shown, { scenario, places: shown.length });
  const polar = ranked
    .map(({ poll }) => options.get(poll.id))
    .filter((option) => option === 'agree' || option === 'disagree');
  return areaUnderCurve(
    polar.map((_, place) => -place),
    polar.map((option) => option === 'agree'),
  );
}

/** 1 less the mean likeness of two questions of the list. */
function variety(list: readonly Candidate[]): number {
  const likeness: number[] = [];
  list.forEach((one, at) => {
    for (const other of list.slice(0, at)) likeness.push(questions.likeness(one.poll, other.poll));
  });
  return 1 - mean(likeness);
}

/** The share of what the voter answered later, at most ten polls, that is on the list. */
function recall(list: readonly Candidate[], { options }: JudgedUser): number | null {
  const answered = [...options].filter(([, option]) => option !== 'pass');
  if (answered.length === 0) return null;
  const hits = list.filter(({ poll }) => (options.get(poll.id) ?? 'pass') !== 'pass').length;
  return hits / Math.min(PLACES, answered.length);
}

const without = { ...PRESET_SCENARIOS.home, diversity: 0 };

/** What lists of ten gain and lose by diversity, against none on the same voters. */
export function diversityTradeOff(users: readonly JudgedUser[]): Row[] {
  const measure = (scenario: Scenario) =>
    users.map((user) => {
      const list = order(user.list.slice(0, 53), { scenario, places: PLACES });
      return {
        auc: placeAuc(user, scenario),
        recall: recall(list, user),
        score: mean(list.map((candidate) => candidate.score)),
        variety: variety(list),
        topics: new Set(list.map(({ poll }) => poll.topics[0])).size,
      };
    });
  const base = measure(without);
  const row = (scenario: Scenario): Row => {
    const found = measure(scenario);
    const change = (name: 'auc' | 'recall'): number[] =>
      found.flatMap((one, at) => {
        const [now, before] = [one[name], base[at]?.[name]];
        return now === null || before === null || before === undefined ? [] : [now - before];
      });
    const [auc, hits] = [change('auc'), change('recall')];
    return {
      topicWeight: scenario.topicWeight,
      diversity: scenario.diversity,
      variety: mean(found.map((one) => one.variety)),
      topics: mean(found.map((one) => one.topics)),
      score: mean(found.map((one) => one.score)),
      aucChange: mean(auc),
      aucError: standardError(auc),
      recallChange: mean(hits),
      recallError: standardError(hits),
    };
  };
  const strengths = [0.1, 0.3, 0.5, 0.75, 1, 2];
  return [
    row(without),
    ...[0, 0.25, 0.5].flatMap((topicWeight) =>
      strengths.map((diversity) => row({ ...without, topicWeight, diversity })),
    ),
  ];
}

/** What ten reloads in a row show, all shown polls left: polls in all, how many stay from one list to the next, and the cost. */
export function rotationTradeOff(users: readonly JudgedUser[]): Row[] {
  return [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1].map((impressionPenalty) => {
    const scenario = { ...PRESET_SCENARIOS.home, impressionPenalty };
    const runs = users.map(({ list, liking }) => {
      const counts = new Map<string, number>();
      let before: ReadonlySet<string> | null = null;
      const stays: number[] = [];
      const shown: Candidate[] = [];
      for (let reload = 0; reload < RELOADS; reload += 1) {
        const impressions = [...counts].map(([id, count]) => ({
          pollId: pollId(id),
          count,
          lastSeenAt: NOW,
        }));
        const page = order(list, { scenario, places: PLACES, features: { ...nobody, impressions } });
        const ids = page.map(({ poll }) => poll.id as string);
        if (before !== null) stays.push(mean(ids.map((id) => (before?.has(id) ? 1 : 0))));
        before = new Set(ids);
        for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
        shown.push(...page);
      }
      return {
        polls: counts.size,
        stay: mean(stays),
        score: mean(shown.map((candidate) => candidate.score)),
        liking: mean(shown.map(({ poll }) => liking.get(poll.id) ?? 0)),
      };
    });
    return {
      impressionPenalty,
      polls: mean(runs.map((run) => run.polls)),
      stay: mean(runs.map((run) => run.stay)),
      score: mean(runs.map((run) => run.score)),
      liking: mean(runs.map((run) => run.liking)),
    };
  });
}
