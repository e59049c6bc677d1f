import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { aucByUser, type ScoredItem } from '../../src/models/evaluation/exposed-auc.js';
import { judgeAnswer, judgeLiking, predictItems } from '../../src/models/evaluation/exposed-protocol.js';
import type { ListTopPolls } from '../../src/models/evaluation/list-top-polls.js';
import { popularityYardsticks } from '../../src/models/evaluation/popularity-yardsticks.js';
import { measureRanking } from '../../src/models/evaluation/ranking-protocol.js';
import { candidateScorer, type ScoreCandidates } from '../../src/models/evaluation/score-candidates.js';
import { timeSplit, voterSplit } from '../../src/models/evaluation/splits.js';
import { voteLogOf } from '../../src/models/evaluation/training-set.js';
import { summariseUsers, type UserMeasure } from '../../src/models/evaluation/user-summary.js';
import type { EvaluationSet } from '../../src/models/evaluation/vote-row.js';
import { pollVectors } from '../../src/models/personalisation/poll-vectors.js';
import { writeRankingGraph } from '../../src/models/personalisation/ranking-graph.js';
import { trainPersonalisation } from '../../src/models/personalisation/train-personalisation.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';
import { measureApproximation } from './approximate-neighbours.js';
import { listerBy, neighbourScorer, sameForAll, tastesBy } from './neighbour-scores.js';
import { readVoteFiles } from './read-votes.js';

/**
 * What neighbours in the space of the model's vectors are worth beside the model and beside popularity, as tables in Markdown:
 * node dist/bench/quality/measure-neighbours.js --votes VOTES.csv.gz --polls POLLS.csv.gz [--elasticsearch http://HOST:PORT]
 * The votes are cut by time, four fifths to one: choices are made on those of a training part, all of them give the published
 * figures. With --elasticsearch also how near the server's search comes to an exact one.
 */
const { values } = parseArgs({
  options: { votes: { type: 'string' }, polls: { type: 'string' }, elasticsearch: { type: 'string' } },
});
if (values.votes === undefined || values.polls === undefined) {
  process.stderr.write('Wants --votes VOTES and --polls POLLS, files as hunch import takes them.\n');
  process.exit(2);
}

/** Unseen voters are known by so many votes. */
const FOLD_IN = 5;

const files = await readVoteFiles(values.votes, values.polls);
const polls = files.polls.map(({ options, ...poll }) => ({
  ...poll,
  optionIds: options.map(({ id }) => id),
}));
const topics = new Map<string, readonly string[]>(polls.map((poll) => [poll.id, poll.topics]));

const shown = (measures: readonly UserMeasure[]): string => {
  const { mean = Number.NaN, standardError = null } = summariseUsers(measures) ?? {};
  return `${mean.toFixed(4)} (${standardError?.toFixed(4) ?? 'none'})`;
};

async function row(name: string, set: EvaluationSet, score: ScoreCandidates): Promise<void> {
  const predictions = await predictItems(set, score);
  const judged = (side: (sign: number) => boolean): ScoredItem[] =>
    predictions.map(({ item: { vote }, score: value }) => ({
      user: vote.userId,
      score: value,
      positive: side(DEFAULT_POLARITY.get(optionId(vote.optionId ?? '')) ?? 0),
    }));
  const lists: ListTopPolls = listerBy(
    score,
    polls.map((poll) => poll.id),
  );
  const { recall20 } = await measureRanking(set, lists);
  const measures = [
    aucByUser(judgeLiking(predictions, DEFAULT_POLARITY)),
    aucByUser(judgeAnswer(predictions, DEFAULT_POLARITY)),
    aucByUser(judged((sign) => sign > 0)),
    aucByUser(judged((sign) => sign !== 0)),
    recall20,
  ];
  process.stdout.write(`| ${[name, ...measures.map(shown)].join(' | ')} |\n`);
}

async function table(title: string, set: EvaluationSet, folder: string): Promise<void> {
  const columns = [title, 'liking', 'answer', 'score: liked', 'score: answered', 'recall@20'];
  process.stdout.write(`| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}\n`);
  const model = trainPersonalisation({
    polls,
    polarity: DEFAULT_POLARITY,
    votes: voteLogOf(set.training, polls),
  });
  await writeFile(join(folder, 'model.onnx'), writeRankingGraph(model));
  const session = await OnnxSession.load(join(folder, 'model.onnx'));
  await row('the model', set, candidateScorer(session));
  await session.release();
  const vectors = pollVectors(model);
  await row('neighbours', set, neighbourScorer(vectors, DEFAULT_POLARITY));
  const popular = popularityYardsticks(set.training, DEFAULT_POLARITY, (id) => topics.get(id) ?? []);
  await row('smoothed agree share', set, sameForAll(popular.agreeShare));
  await row('number of votes', set, sameForAll(popular.voteCount));
  process.stdout.write('\n');
  if (values.elasticsearch === undefined) return;
  const tasteOf = tastesBy(vectors, DEFAULT_POLARITY);
  const queries = [...set.known.values()].flatMap((known) => {
    const taste = tasteOf(known.map(({ pollId, optionId: option }) => `${pollId}:${option}`));
    const exclude = known.map(({ pollId }) => pollId);
    return taste === null ? [] : [{ vector: taste.query(null), exclude }];
  });
  process.stdout.write(`${await measureApproximation(values.elasticsearch, vectors, queries)}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'hunch-neighbours-'));
try {
  await table(`time split, ${FOLD_IN} known`, timeSplit(files, FOLD_IN), folder);
  await table('voter split', voterSplit(files), folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
