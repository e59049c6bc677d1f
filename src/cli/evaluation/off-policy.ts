import { BadInputError } from '../../domain/errors.js';
import type { OptionId } from '../../domain/ids.js';
import type { LoggedAnswer } from '../../domain/logged-answer.js';
import type { Polarity } from '../../domain/polarity.js';
import { HOUR } from '../../domain/time.js';
import { creditVotes } from '../../models/evaluation/off-policy/credit-votes.js';
import { evaluatePolicy } from '../../models/evaluation/off-policy/evaluate-policy.js';
import { explorationRule } from '../../models/evaluation/off-policy/exploration-rule.js';
import { listedRule } from '../../models/evaluation/off-policy/listed-rule.js';
import { placeColumns } from '../../models/evaluation/off-policy/place-columns.js';
import type { TargetRule } from '../../models/evaluation/off-policy/target-rule.js';
import type { Warn } from './evaluation-polls.js';
import { readAnswers } from './off-policy-answers.js';
import { readAnswerOwners, readCreditableVotes, readListedChances } from './off-policy-events.js';
import type { OffPolicyFlags, Reward } from './off-policy-options.js';
import { type OffPolicyDocument, offPolicyReport } from './off-policy-report.js';
import { offPolicyWarnings } from './off-policy-warnings.js';

const warn: Warn = (message) => {
  process.stderr.write(`${message}\n`);
};

/** `hunch evaluate --protocol off-policy`: what another policy would have been worth; the text for standard output. */
export async function evaluateOffPolicy(flags: OffPolicyFlags, polarity: Polarity): Promise<string> {
  const { answers: answerFiles = [], votes: votesFile = '', reward, json = false } = flags;
  const logged = await readAnswers(answerFiles, warn);
  const answers = logged.filter((answer) => answer.list === 'recommendations');
  const votes = await readCreditableVotes(votesFile, warn);
  const impressions = flags.impressions === undefined ? [] : await readAnswerOwners(flags.impressions, warn);
  const credits = creditVotes({ answers, votes, impressions, windowMs: flags.voteWindow * HOUR });
  const target = await targetRule(flags);
  const columns = placeColumns({ answers, credits, target, rewardOf: rewardOf(reward, polarity) });
  const evaluation = evaluatePolicy(columns.log, columns.target);
  const facts: Omit<OffPolicyDocument, 'warnings'> = {
    protocol: 'off-policy',
    reward,
    target: {
      file: flags.target ?? null,
      explorationShare: flags.targetExplorationShare ?? null,
      exploration: flags.targetExploration ?? null,
    },
    answers: {
      read: logged.length,
      evaluated: answers.length,
      exploring: answers.filter(isExploring).length,
    },
    votes: {
      read: votes.length,
      byName: credits.byName,
      byUser: credits.byUser,
      notCredited: credits.notCredited,
    },
    placesLeftOut: columns.leftOut,
    ...evaluation,
  };
  const document = { ...facts, warnings: offPolicyWarnings(facts) };
  return json ? JSON.stringify(document, null, 2) : offPolicyReport(document);
}

const isExploring = ({ places }: LoggedAnswer): boolean => places.some((place) => place.explores > 0);

async function targetRule(flags: OffPolicyFlags): Promise<TargetRule> {
  const { target, targetExploration, targetExplorationShare } = flags;
  if (target === undefined) {
    return explorationRule({ share: targetExplorationShare ?? null, method: targetExploration ?? null });
  }
  const { rule, faults } = listedRule(await readListedChances(target, warn));
  if (faults.length > 0) {
    throw new BadInputError(
      `${target} wants probabilities that sum to 1 at each place; they exceed it at ${faults.length} of them, the first position ${faults[0]}.`,
    );
  }
  return rule;
}

/** What a vote is worth. Options without polarity count as answered. */
function rewardOf(reward: Reward, polarity: Polarity): (option: OptionId) => number {
  switch (reward) {
    case 'vote':
      return () => 1;
    case 'answered':
      return (option) => (polarity.get(option) === 0 ? 0 : 1);
    case 'liked':
      return (option) => ((polarity.get(option) ?? 0) > 0 ? 1 : 0);
  }
}
