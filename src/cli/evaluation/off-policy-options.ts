import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXPLORATION_METHODS, type ExplorationMethod } from '../../domain/logged-answer.js';

const REWARDS = ['vote', 'answered', 'liked'] as const;
export type Reward = (typeof REWARDS)[number];

/** What `hunch evaluate --protocol off-policy` takes. */
export interface OffPolicyFlags {
  readonly answers?: readonly string[];
  readonly votes?: string;
  readonly impressions?: string;
  readonly target?: string;
  readonly targetExplorationShare?: number;
  readonly targetExploration?: ExplorationMethod;
  readonly reward: Reward;
  readonly voteWindow: number;
  readonly json?: boolean;
}

const DEFAULT_VOTE_WINDOW_HOURS = 24;
/** Flags that mean something to this protocol alone. */
const OWN = [
  'answers',
  'votes',
  'impressions',
  'target',
  'targetExplorationShare',
  'targetExploration',
  'reward',
  'voteWindow',
] as const;

/** Flags of the other protocols, which train and score. */
const FOREIGN = [
  'train',
  'test',
  'known',
  'polls',
  'topics',
  'predictions',
  'split',
  'foldIn',
  'coldVotes',
  'recallDenominator',
  'report',
  'compare',
] as const;

/** Adds the options of the protocol `off-policy`. */
export function addOffPolicyOptions(command: Command): Command {
  return command
    .option('--answers <files...>', 'off-policy: files of the answer log, DATA_DIR/answers')
    .option('--votes <file>', 'off-policy: votes, with recommendation_id where the app names the answer')
    .option(
      '--impressions <file>',
      'off-policy: impressions with recommendation_id, which tell whose an answer was',
    )
    .option(
      '--target <file>',
      'off-policy: the other policy, as recommendation_id,position,poll_id,probability',
    )
    .option(
      '--target-exploration-share <share>',
      'off-policy: the policy that answered, with this share of exploration',
      share,
    )
    .addOption(
      new Option('--target-exploration <method>', 'off-policy: … drawing new polls by this method').choices(
        EXPLORATION_METHODS,
      ),
    )
    .addOption(
      new Option(
        '--reward <name>',
        'off-policy: what counts, any vote, one that is no pass, or one on the positive side',
      )
        .choices(REWARDS)
        .default('vote'),
    )
    .option(
      '--vote-window <hours>',
      `off-policy: how long after an answer a vote that names none may count for it`,
      hours,
      DEFAULT_VOTE_WINDOW_HOURS,
    );
}

/** Ends the program with exit code 2 where flags of the protocol are missing, contradict each other, or stand with another protocol. */
export function refuseOffPolicyFlags(
  flags: OffPolicyFlags & { readonly protocol: string },
  command: Command,
): void {
  const refuse = (message: string): void => command.error(`error: ${message}`, { exitCode: 2 });
  // Some have defaults: what counts is what was written.
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const given = OWN.filter(isGiven);
  if (flags.protocol !== 'off-policy') {
    if (given.length > 0) refuse(`--${kebab(given[0] ?? '')} belongs to --protocol off-policy`);
    return;
  }
  const foreign = FOREIGN.find(isGiven);
  if (foreign !== undefined) refuse(`--${kebab(foreign)} does not belong to --protocol off-policy`);
  if (flags.answers === undefined || flags.votes === undefined) {
    refuse('--protocol off-policy wants --answers and --votes');
  }
  const changesExploration =
    flags.targetExploration !== undefined || flags.targetExplorationShare !== undefined;
  if ((flags.target !== undefined) === changesExploration) {
    refuse('give the other policy by --target, or by --target-exploration-share and --target-exploration');
  }
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function share(text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Wants a share, 0 to 1.');
}

function hours(text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Wants hours, 0 or more.');
}
