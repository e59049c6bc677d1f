import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { aucByUser } from '../../src/models/evaluation/exposed-auc.js';
import { type Prediction, predictItems } from '../../src/models/evaluation/exposed-protocol.js';
import { topPollsLister } from '../../src/models/evaluation/list-top-polls.js';
import { measureRanking } from '../../src/models/evaluation/ranking-protocol.js';
import { candidateScorer } from '../../src/models/evaluation/score-candidates.js';
import { timeSplit } from '../../src/models/evaluation/splits.js';
import { voteLogOf } from '../../src/models/evaluation/training-set.js';
import { summariseUsers } from '../../src/models/evaluation/user-summary.js';
import { writeRankingGraph } from '../../src/models/personalisation/ranking-graph.js';
import { type Blend, DEFAULT_SETTINGS } from '../../src/models/personalisation/settings.js';
import { writeTopPollsGraph } from '../../src/models/personalisation/top-polls-graph.js';
import { trainPersonalisation } from '../../src/models/personalisation/train-personalisation.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';
import { readVoteFiles } from './read-votes.js';

/**
 * What the score is worth under different blends, as a table in Markdown, on an inner split of the training part:
 * node dist/bench/quality/measure-blend.js --train VOTES.csv.gz --polls POLLS.csv.gz
 */
const { values } = parseArgs({ options: { train: { type: 'string' }, polls: { type: 'string' } } });
if (values.train === undefined || values.polls === undefined) {
  process.stderr.write('Wants --train VOTES and --polls POLLS, files as hunch import takes them.\n');
  process.exit(2);
}

/** Unseen voters are known by so many votes. */
const FOLD_IN = 5;

const { blend } = DEFAULT_SETTINGS;
const scaled = (of: Blend): Blend => {
  const sum = of.liking + of.answer + of.interest + of.covotes + of.popularity;
  return {
    liking: of.liking / sum,
    answer: of.answer / sum,
    interest: of.interest / sum,
    covotes: of.covotes / sum,
    popularity: of.popularity / sum,
  };
};
const none: Blend = { liking: 0, answer: 0, interest: 0, covotes: 0, popularity: 0 };
const BLENDS: readonly (readonly [string, Blend])[] = [
  ['as shipped', blend],
  ['liking alone', { ...none, liking: 1 }],
  ['answer alone', { ...none, answer: 1 }],
  ['co-votes alone', { ...none, covotes: 1 }],
  ['without liking', scaled({ ...blend, liking: 0 })],
  ['without answer', scaled({ ...blend, answer: 0 })],
  ['without interest', scaled({ ...blend, interest: 0 })],
  ['without co-votes', scaled({ ...blend, covotes: 0 })],
  ['without popularity', scaled({ ...blend, popularity: 0 })],
  ['twice the liking', scaled({ ...blend, liking: 2 * blend.liking })],
  ['twice the answer', scaled({ ...blend, answer: 2 * blend.answer })],
  ['twice the interest', scaled({ ...blend, interest: 2 * blend.interest })],
  ['twice the co-votes', scaled({ ...blend, covotes: 2 * blend.covotes })],
];

const { polls, train, test } = await readVoteFiles(values.train, values.polls);
const set = timeSplit({ train, test }, FOLD_IN);
const learnt = polls.map(({ options, ...poll }) => ({ ...poll, optionIds: options.map(({ id }) => id) }));
const model = trainPersonalisation({
  polls: learnt,
  polarity: DEFAULT_POLARITY,
  votes: voteLogOf(set.training, learnt),
});

/** AUC of the score for the shown polls for which `side` holds, against the other ones. */
function scoreAuc(predictions: readonly Prediction[], side: (sign: number) => boolean): number {
  const items = predictions.map(({ item: { vote }, score }) => ({
    user: vote.userId,
    score,
    positive: side(DEFAULT_POLARITY.get(optionId(vote.optionId ?? '')) ?? 0),
  }));
  return summariseUsers(aucByUser(items))?.mean ?? Number.NaN;
}

const folder = await mkdtemp(join(tmpdir(), 'hunch-blend-'));
const columns = ['blend', 'AUC of liked', 'AUC of answered', 'recall@20', 'NDCG@20'];
process.stdout.write(`| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}\n`);
try {
  for (const [name, weights] of BLENDS) {
    const blended = { ...model, blend: weights };
    await writeFile(join(folder, 'ranking.onnx'), writeRankingGraph(blended));
    await writeFile(join(folder, 'top.onnx'), writeTopPollsGraph(blended));
    const ranking = await OnnxSession.load(join(folder, 'ranking.onnx'));
    const top = await OnnxSession.load(join(folder, 'top.onnx'));
    const predictions = await predictItems(set, candidateScorer(ranking));
    const { recall20, ndcg20 } = await measureRanking(set, topPollsLister(top, 'history'));
    await ranking.release();
    await top.release();
    const figures = [
      scoreAuc(predictions, (sign) => sign > 0),
      scoreAuc(predictions, (sign) => sign !== 0),
      summariseUsers(recall20)?.mean ?? Number.NaN,
      summariseUsers(ndcg20)?.mean ?? Number.NaN,
    ];
    process.stdout.write(`| ${name} | ${figures.map((figure) => figure.toFixed(4)).join(' | ')} |\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
