import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type EvaluationDocument,
  PROTOCOLS,
  type Protocol,
} from '../../models/evaluation/evaluation-document.js';
import { filesAsGiven, timeSplit, type VoteFiles, voterSplit } from '../../models/evaluation/splits.js';
import type { EvaluationSet } from '../../models/evaluation/vote-row.js';
import { replaceFile } from '../../platform/durable-files.js';
import { OnnxSession } from '../../predictor/onnx-session.js';
import { evaluationPage } from '../../reports/evaluation-page.js';
import { assertFolderOf } from '../evaluation/assert-folder.js';
import { compareFiles } from '../evaluation/compare-files.js';
import { documentJson } from '../evaluation/document-json.js';
import { pollsOfVotes, readPolls, type Warn } from '../evaluation/evaluation-polls.js';
import { EvaluationProgress } from '../evaluation/evaluation-progress.js';
import { comparisonText, evaluationText } from '../evaluation/evaluation-text.js';
import { evaluateOffPolicy } from '../evaluation/off-policy.js';
import {
  addOffPolicyOptions,
  type OffPolicyFlags,
  refuseOffPolicyFlags,
} from '../evaluation/off-policy-options.js';
import { writePredictions } from '../evaluation/predictions-file.js';
import { runEvaluation } from '../evaluation/run-evaluation.js';
import { allVotes, readVoteFiles } from '../evaluation/vote-files.js';
import { openParts } from '../wiring/parts.js';

interface Flags extends OffPolicyFlags {
  readonly train?: string;
  readonly test?: string;
  readonly known?: string;
  readonly polls?: string;
  readonly topics?: string;
  readonly predictions?: string;
  readonly protocol: Protocol | 'off-policy';
  readonly split?: 'time' | 'voter';
  readonly foldIn?: number;
  readonly coldVotes?: readonly number[];
  readonly recallDenominator: 'all' | 'min';
  readonly report?: string;
  readonly compare?: readonly string[];
}

/** Flags of an evaluation, whose files are named. */
type FileFlags = Flags & Required<Pick<Flags, 'train' | 'test'>> & { readonly protocol: Protocol };

const DEFAULT_FOLD_IN = 5;
const DEFAULT_COLD_VOTES = [0, 1, 3, 5, 10];

const HELP = `
Files are CSV, NDJSON or Parquet, gzipped or not, with the columns of "hunch import". Without --polls the polls are made up
from the votes, without topics. Without --split the history of a user is --train and --known, every row of --test is
scored, and --known is not learnt from. --split time takes the test rows of users seen in --train, and of unseen ones what
comes after their first --fold-in polls, which are known; --split voter takes the last fifth of each user's polls.

--compare takes two documents that --json has printed, of one and the same test set, and trains nothing.`;

/** `hunch evaluate`: trains on one file of votes and measures the model on another. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('Train on votes and measure how well other votes are foretold.')
    .option('--train <file>', 'votes to learn from')
    .option('--test <file>', 'votes to foretell; without the column option: predictions only')
    .option('--known <file>', 'votes that are known when scoring, beside those of --train')
    .option('--polls <file>', 'polls with their options and topics')
    .option('--topics <file>', 'topics with their languages')
    .option('--predictions <file>', 'write user_id,poll_id,liking,answer,score of every scored row as CSV')
    .addOption(
      new Option(
        '--protocol <name>',
        'exposed: AUC over what users were shown; ranking: recall@20 and NDCG@20; off-policy: the value of another policy, from logged answers',
      )
        .choices([...PROTOCOLS, 'off-policy'])
        .default('exposed'),
    )
    .addOption(
      new Option('--split <name>', 'make the split of two files of one period').choices(['time', 'voter']),
    )
    .option('--fold-in <polls>', `polls of an unseen user that are known (${DEFAULT_FOLD_IN})`, wholeNumber)
    .option(
      '--cold-votes <counts>',
      `known votes at which unseen users are measured beside (${DEFAULT_COLD_VOTES.join()})`,
      wholeNumbers,
    )
    .addOption(
      new Option('--recall-denominator <name>', 'divide by all test items of a user, or by 20 at most')
        .choices(['all', 'min'])
        .default('all'),
    )
    .option('--report <file>', 'write a page with plots, which needs no other file')
    .option(
      '--compare <files...>',
      'two documents of --json: the paired test of the first against the second',
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(evaluate);
  return addOffPolicyOptions(command);
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Wants a whole number, 0 or more.');
}

const wholeNumbers = (text: string): readonly number[] =>
  [...new Set(text.split(',').map(wholeNumber))].sort((a, b) => a - b);

async function evaluate(flags: Flags, command: Command): Promise<void> {
  refuseOffPolicyFlags(flags, command);
  if (flags.protocol === 'off-policy') {
    const { config } = openParts({ name: 'evaluate' });
    process.stdout.write(`${await evaluateOffPolicy(flags, config.OPTION_POLARITY)}\n`);
    return;
  }
  refuseContradictions(flags, command);
  const { compare } = flags;
  if (compare !== undefined) {
    const [first = '', second = ''] = compare;
    const rows = await compareFiles(first, second);
    const text =
      flags.json === true
        ? JSON.stringify({ first, second, metrics: rows }, null, 2)
        : comparisonText(rows, [first, second]);
    process.stdout.write(`${text}\n`);
    return;
  }
  await evaluateFiles(flags as FileFlags);
}

function refuseContradictions(flags: Flags, command: Command): void {
  const refuse = (message: string): void => command.error(`error: ${message}`, { exitCode: 2 });
  const { split, compare } = flags;
  if (compare !== undefined) {
    if (compare.length !== 2) refuse(`--compare wants two files; got ${compare.length}`);
    const other = (['train', 'test', 'predictions', 'report'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (other !== undefined) refuse(`--compare trains nothing; leave --${other} out`);
    return;
  }
  for (const name of ['train', 'test'] as const) {
    if (flags[name] === undefined) refuse(`required option '--${name} <file>' not specified`);
  }
  if (split !== undefined && flags.known !== undefined) {
    refuse('--split makes what is known from the two files; leave --known out');
  }
  for (const [name, value] of [
    ['fold-in', flags.foldIn],
    ['cold-votes', flags.coldVotes],
  ] as const) {
    if (value !== undefined && split !== 'time') refuse(`--${name} belongs to --split time`);
  }
  if (flags.topics !== undefined && flags.polls === undefined)
    refuse('--topics tells languages of --polls; give these, too');
}

async function evaluateFiles(flags: FileFlags): Promise<void> {
  const parts = openParts({ name: 'evaluate' });
  const progress = new EvaluationProgress(process.stderr);
  const warn: Warn = (message) => {
    progress.stop();
    process.stderr.write(`${message}\n`);
  };
  try {
    for (const path of [flags.predictions, flags.report]) if (path !== undefined) await assertFolderOf(path);
    progress.onPhase('read');
    const { files, isLabelled } = await readVoteFiles(flags, warn);
    const { protocol, recallDenominator } = flags;
    const { evaluation, predictions } = await runEvaluation({
      polls:
        flags.polls === undefined
          ? pollsOfVotes(allVotes(files))
          : await readPolls(flags.polls, flags.topics, warn),
      set: splitOf(flags, files),
      polarity: parts.config.OPTION_POLARITY,
      protocol,
      recallDenominator,
      isLabelled,
      wantsPredictions: flags.predictions !== undefined,
      coldUsers: flags.split === 'time' ? { files, knownVotes: flags.coldVotes ?? DEFAULT_COLD_VOTES } : null,
      openModel: OnnxSession.load,
      onPhase: progress.onPhase,
      onProgress: progress.onProgress,
    });
    const document: EvaluationDocument = {
      protocol,
      split: flags.split ?? null,
      foldIn: flags.split === 'time' ? (flags.foldIn ?? DEFAULT_FOLD_IN) : null,
      recallDenominator,
      evaluatedAt: new Date(parts.clock()).toISOString(),
      ...evaluation,
    };
    if (flags.predictions !== undefined) await writePredictions(flags.predictions, predictions);
    if (flags.report !== undefined) await replaceFile(flags.report, evaluationPage(document));
    progress.stop();
    process.stdout.write(`${flags.json === true ? documentJson(document) : evaluationText(document)}\n`);
  } finally {
    progress.stop();
    await parts.close();
  }
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
