import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';

/** A challenger is refused when it is worse by more than chance allows and by more than anyone would notice. */
const STANDARD_ERRORS = 2;
const NOTICEABLE = 0.005;
/** Fewer held-back users than this say nothing about a difference. */
const FEWEST_USERS = 20;

const metrics = z.record(z.string(), z.number().nullable());

const comparison = z.object({
  /** Challenger less champion, mean over the same users. */
  difference: z.number().nullable(),
  standardError: z.number().nullable(),
  users: z.number(),
});
type Comparison = Readonly<z.infer<typeof comparison>>;

/** What the gate reads of the result of `evaluate`. JSON has no NaN: a metric that is none arrives as null. */
export const gateEvidence = z.object({
  challenger: metrics,
  champion: metrics.nullable(),
  championVersion: z.string().nullable(),
  /** Held-back users. */
  users: z.number(),
  /** Polls that the challenger can give. */
  polls: z.number(),
  /** By decisive metric; one that no user has of both models is left out. */
  comparisons: z.record(z.string(), comparison),
});
export type GateEvidence = Readonly<z.infer<typeof gateEvidence>>;

export interface GateDecision {
  readonly verdict: 'PASS' | 'REJECT';
  readonly reason: string;
}

const pass = (reason: string): GateDecision => ({ verdict: 'PASS', reason });
const reject = (reason: string): GateDecision => ({ verdict: 'REJECT', reason });

/** Whether the challenger may serve. An equal one may; an empty one, one with broken metrics or one worse by a decisive metric never. */
export function decideGate(evidence: GateEvidence): GateDecision {
  const { challenger, championVersion, polls } = evidence;
  if (polls <= 0) return reject('The model is empty: it can give no poll.');
  const broken = Object.entries(challenger).filter(([, value]) => value === null || !Number.isFinite(value));
  if (broken.length > 0) {
    return reject(`The model's ${broken.map(([name]) => name).join(', ')} is no finite number.`);
  }
  if (championVersion === null) return pass('There is no champion to compare with.');
  const judgements = Object.entries(evidence.comparisons).map(([name, compared]) => judge(name, compared));
  const of = (kind: Judgement['kind']): string =>
    judgements.flatMap((one) => (one.kind === kind ? [one.figures] : [])).join('; ');
  if (of('BROKEN') !== '') return reject(`${of('BROKEN')} to ${championVersion} is no finite number.`);
  if (of('WORSE') !== '') return reject(`Worse than the champion ${championVersion}: ${of('WORSE')}.`);
  if (of('NOT_WORSE') !== '')
    return pass(`Not worse than the champion ${championVersion}: ${of('NOT_WORSE')}.`);
  return pass(
    `Not compared: ${of('TOO_FEW') || `${evidence.users} held-back users`}; a comparison wants ${FEWEST_USERS}.`,
  );
}

interface Judgement {
  readonly kind: 'WORSE' | 'NOT_WORSE' | 'TOO_FEW' | 'BROKEN';
  readonly figures: string;
}

function judge(name: string, { difference, standardError, users }: Comparison): Judgement {
  if (difference === null) return { kind: 'BROKEN', figures: `The difference of ${name}` };
  if (users < FEWEST_USERS || standardError === null) {
    return { kind: 'TOO_FEW', figures: `${name} of ${users} held-back users` };
  }
  const isWorse = difference < -NOTICEABLE && difference < -STANDARD_ERRORS * standardError;
  return {
    kind: isWorse ? 'WORSE' : 'NOT_WORSE',
    figures: `${name} ${signed(difference)} ± ${standardError.toFixed(4)}`,
  };
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

/** Decides by the result of `evaluate`. */
export const gateStep: StepFunction = async (context) => {
  const decision = decideGate(gateEvidence.parse(await context.result('evaluate')));
  context.log.info({ step: 'gate', ...decision }, decision.reason);
  return { ...decision };
};
