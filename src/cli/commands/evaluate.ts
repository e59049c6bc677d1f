import { Command, InvalidArgumentError, Option } from 'commander';
import { filesAsGiven, timeSplit, type VoteFiles, voterSplit } from '../../models/evaluation/splits.js';
import type { EvaluationSet, VoteRow } from '../../models/evaluation/vote-row.js';
import { OnnxSession } from '../../predictor/onnx-session.js';
import { pollsOfVotes, readPolls, type Warn, warnOfRejects } from '../evaluation/evaluation-polls.js';
import { evaluationReport } from '../evaluation/evaluation-report.js';
import { writePredictions } from '../evaluation/predictions-file.js';
import { readRows } from '../evaluation/read-rows.js';
import { PROTOCOLS, type Protocol, runEvaluation } from '../evaluation/run-evaluation.js';
import { TEST_SCHEMA, TRAINING_SCHEMA, voteRowParser } from '../evaluation/vote-rows.js';
import { openParts } from '../wiring/parts.js';

interface Flags {
  readonly train: string;
  readonly test: string;
  readonly known?: string;
  readonly polls?: string;
  readonly topics?: string;
  readonly predictions?: string;
  readonly protocol: Protocol;
  readonly split?: 'time' | 'voter';
  readonly foldIn?: number;
  readonly recallDenominator: 'all' | 'min';
  readonly json?: boolean;
}

const DEFAULT_FOLD_IN = 5;

const HELP = `
Files are CSV, NDJSON or Parquet, gzipped or not, with the columns of "hunch import". Without --polls the polls are made up
from the votes, without topics. Without --split the history of a user is --train and --known, every row of --test is
scored, and --known is not learnt from. --split time takes the test rows of users seen in --train, and of unseen ones what
comes after their first --fold-in polls, which are known; --split voter takes the last fifth of each user's polls.`;

/** `hunch evaluate`: trains on one file of votes and measures the model on another. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Train on votes and measure how well other votes are foretold.')
    .requiredOption('--train <file>', 'votes to learn from')
    .requiredOption('--test <file>', 'votes to foretell; without the column option: predictions only')
    .option('--known <file>', 'votes that are known when scoring, beside those of --train')
    .option('--polls <file>', 'polls with their options and topics')
    .option('--topics <file>', 'topics with their languages')
    .option('--predictions <file>', 'write user_id,poll_id,liking,answer,score of every scored row as CSV')
    .addOption(
      new Option(
        '--protocol <name>',
        'exposed: AUC over what users were shown; ranking: recall@20 and NDCG@20',
      )
        .choices(PROTOCOLS)
        .default('exposed'),
    )
    .addOption(
      new Option('--split <name>', 'make the split of two files of one period').choices(['time', 'voter']),
    )
    .option('--fold-in <polls>', `polls of an unseen user that are known (${DEFAULT_FOLD_IN})`, wholeNumber)
    .addOption(
      new Option('--recall-denominator <name>', 'divide by all test items of a user, or by 20 at most')
        .choices(['all', 'min'])
        .default('all'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(evaluate);
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Wants a whole number of polls, 0 or more.');
}

async function evaluate(flags: Flags, command: Command): Promise<void> {
  refuseContradictions(flags, command);
  const parts = openParts({ name: 'evaluate' });
  try {
    const warn: Warn = (message) => {
      process.stderr.write(`${message}\n`);
    };
    const onPhase = (phase: string): void => {
      if (process.stderr.isTTY) process.stderr.write(`${phase} …\n`);
    };
    onPhase('read');
    const { files, isLabelled } = await readFiles(flags, warn);
    const evaluation = await runEvaluation({
      polls:
        flags.polls === undefined
          ? pollsOfVotes(allVotes(files))
          : await readPolls(flags.polls, flags.topics, warn),
      set: splitOf(flags, files),
      polarity: parts.config.OPTION_POLARITY,
      protocol: flags.protocol,
      recallDenominator: flags.recallDenominator,
      isLabelled,
      openModel: OnnxSession.load,
      onPhase,
    });
    if (flags.predictions !== undefined) await writePredictions(flags.predictions, evaluation.predictions);
    const { predictions, training, groups } = evaluation;
    const document = {
      protocol: flags.protocol,
      split: flags.split ?? null,
      foldIn: flags.split === 'time' ? (flags.foldIn ?? DEFAULT_FOLD_IN) : null,
      scoredRows: predictions.length,
      training,
      groups,
    };
    const text = flags.json === true ? JSON.stringify(document, null, 2) : evaluationReport(evaluation);
    process.stdout.write(`${text}\n`);
  } finally {
    await parts.close();
  }
}

function refuseContradictions({ split, foldIn, known, topics, polls }: Flags, command: Command): void {
  const refuse = (message: string): void => command.error(`error: ${message}`, { exitCode: 2 });
  if (split !== undefined && known !== undefined) {
    refuse('--split makes what is known from the two files; leave --known out');
  }
  if (foldIn !== undefined && split !== 'time') refuse('--fold-in belongs to --split time');
  if (topics !== undefined && polls === undefined)
    refuse('--topics tells languages of --polls; give these, too');
}

async function readFiles(flags: Flags, warn: Warn): Promise<{ files: VoteFiles; isLabelled: boolean }> {
  const training = async (path: string): Promise<readonly VoteRow[]> => {
    const parsed = await readRows(path, TRAINING_SCHEMA, voteRowParser);
    warnOfRejects(path, parsed, warn);
    return parsed.rows;
  };
  const test = await readRows(flags.test, TEST_SCHEMA, voteRowParser);
  warnOfRejects(flags.test, test, warn);
  return {
    files: {
      train: await training(flags.train),
      test: test.rows,
      ...(flags.known === undefined ? {} : { known: await training(flags.known) }),
    },
    isLabelled: test.columns.includes('option'),
  };
}

function splitOf(flags: Flags, files: VoteFiles): EvaluationSet {
  switch (flags.split) {
    case 'time':
      return timeSplit(files, flags.foldIn ?? DEFAULT_FOLD_IN);
    case 'voter':
      return voterSplit(files);
    case undefined:
      return filesAsGiven(files);
  }
}

function* allVotes({ train, known = [], test }: VoteFiles): Generator<VoteRow> {
  yield* train;
  yield* known;
  yield* test;
}
