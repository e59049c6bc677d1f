import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';

/** A challenger is refused when it is worse by more than chance allows and by more than anyone would notice. */
const STANDARD_ERRORS = 2;
const NOTICEABLE = 0.005;
/** Fewer held-back users than this say nothing about a difference. */
export const FEWEST_USERS = 20;

const metrics = z.record(z.string(), z.number().nullable());

/** What the gate reads of the result of `evaluate`. JSON has no NaN: a metric that is none arrives as null. */
export const gateEvidence = z.object({
  challenger: metrics,
  champion: metrics.nullable(),
  championVersion: z.string().nullable(),
  /** Held-back users with both an agree and a disagree among their test votes. */
  users: z.number(),
  /** Polls that the challenger can give. */
  polls: z.number(),
  /** The decisive metric of the challenger less the champion's, over the same users; null where they share none. */
  comparison: z
    .object({ difference: z.number().nullable(), standardError: z.number().nullable() })
    .nullable(),
});
export type GateEvidence = Readonly<z.infer<typeof gateEvidence>>;

export interface GateDecision {
  readonly verdict: 'PASS' | 'REJECT';
  readonly reason: string;
}

const pass = (reason: string): GateDecision => ({ verdict: 'PASS', reason });
const reject = (reason: string): GateDecision => ({ verdict: 'REJECT', reason });

/** Whether the challenger may serve. An equal one may; an empty one or one with broken metrics never. */
export function decideGate(evidence: GateEvidence): GateDecision {
  const { challenger, championVersion, users, polls, comparison } = evidence;
  if (polls <= 0) return reject('The model is empty: it can give no poll.');
  const broken = Object.entries(challenger).filter(([, value]) => value === null || !Number.isFinite(value));
  if (broken.length > 0) {
    return reject(`The model's ${broken.map(([name]) => name).join(', ')} is no finite number.`);
  }
  if (championVersion === null) return pass('There is no champion to compare with.');
  if (users < FEWEST_USERS || comparison === null) {
    return pass(`Not compared: ${users} held-back users, and a comparison wants ${FEWEST_USERS}.`);
  }
  const { difference, standardError } = comparison;
  if (difference === null) return reject('The difference to the champion is no finite number.');
  if (standardError === null) return pass('Not compared: too few users for a standard error.');
  const figures = `difference ${signed(difference)} ± ${standardError.toFixed(4)} to ${championVersion}`;
  const worse = difference < -NOTICEABLE && difference < -STANDARD_ERRORS * standardError;
  return worse
    ? reject(`Worse than the champion: ${figures}.`)
    : pass(`Not worse than the champion: ${figures}.`);
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

/** Decides by the result of `evaluate`. */
export const gateStep: StepFunction = async (context) => {
  const decision = decideGate(gateEvidence.parse(await context.result('evaluate')));
  context.log.info({ step: 'gate', ...decision }, decision.reason);
  return { ...decision };
};
