import { z } from 'zod';
import { modelVersion, pollId, recommendationId } from '../../domain/ids.js';
import {
  EXPLORATION_METHODS,
  LIST_KINDS,
  type LoggedAnswer,
  type LoggedPlace,
} from '../../domain/logged-answer.js';
import { MODEL_NAMES } from '../../domain/model.js';
import { FALLBACK_REASONS, REASON_KINDS, RECOMMENDATION_SOURCES } from '../../domain/recommendation.js';
import { parseTime } from '../../intake/parse-time.js';
import { RowFault } from '../../intake/reject-reason.js';
import type { RowSchema } from '../../intake/row-reader.js';
import type { Warn } from './evaluation-polls.js';
import { warnOfRejects } from './evaluation-polls.js';
import { readRows } from './read-rows.js';

const id = z.string().min(1);
const poll = id.transform(pollId);
const probability = z.number().min(0).max(1);

const place = z
  .object({
    position: z.number().int().min(0).max(100_000),
    poll_id: poll,
    policy: z.enum(REASON_KINDS),
    score: z.number(),
    propensity: probability.positive(),
    explores: probability.default(0),
    otherwise: poll.nullable().default(null),
  })
  .transform(({ poll_id, ...rest }): LoggedPlace => ({ ...rest, pollId: poll_id }));

const exploration = z.object({
  share: probability,
  method: z.enum(EXPLORATION_METHODS),
  candidates: z.array(
    z
      .object({
        poll_id: poll,
        weight: z.number().min(0),
        votes: z.number().min(0),
        liking_share: probability,
      })
      .transform(({ poll_id, weight, votes, liking_share }) => ({
        pollId: poll_id,
        weight,
        votes,
        likingShare: liking_share,
      })),
  ),
});

/** A line of the answer log. Its writer is `answerLine` of the answer log. */
const answer = z
  .object({
    recommendation_id: id.transform(recommendationId),
    answered_at: z.unknown().transform((value, context) => {
      const time = parseTime(value);
      if (time !== null) return time;
      context.addIssue({ code: 'custom', message: 'wants an ISO 8601 time' });
      return z.NEVER;
    }),
    list: z.enum(LIST_KINDS),
    subject: z.string().nullish().default(null),
    source: z.enum(RECOMMENDATION_SOURCES).nullish().default(null),
    fallback_reason: z.enum(FALLBACK_REASONS).nullish().default(null),
    model: z
      .object({ name: z.enum(MODEL_NAMES), version: id.transform(modelVersion) })
      .nullish()
      .default(null),
    places: z.array(place),
    exploration: exploration.nullish().default(null),
  })
  .transform(
    ({ recommendation_id, answered_at, fallback_reason, ...rest }): LoggedAnswer => ({
      ...rest,
      recommendationId: recommendation_id,
      answeredAt: answered_at,
      subject: rest.subject ?? null,
      source: rest.source ?? null,
      fallbackReason: fallback_reason ?? null,
      model: rest.model ?? null,
      exploration: rest.exploration ?? null,
    }),
  );

const SCHEMA: RowSchema = {
  kind: 'answers',
  required: [['recommendation_id'], ['answered_at'], ['list'], ['places']],
  optional: ['subject', 'source', 'fallback_reason', 'model', 'exploration'],
  multiLine: [],
};

function answerParser(columns: readonly string[]): (values: readonly unknown[]) => LoggedAnswer | RowFault {
  return (values) => {
    const parsed = answer.safeParse(Object.fromEntries(columns.map((name, at) => [name, values[at]])));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return new RowFault('BAD_VALUE', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not usable'}.`);
  };
}

/** The answers of files of the answer log, each once, in the order of the files. */
export async function readAnswers(paths: readonly string[], warn: Warn): Promise<LoggedAnswer[]> {
  const answers = new Map<string, LoggedAnswer>();
  for (const path of paths) {
    const parsed = await readRows(path, SCHEMA, answerParser);
    warnOfRejects(path, parsed, warn);
    for (const row of parsed.rows) answers.set(row.recommendationId, row);
  }
  return [...answers.values()];
}
