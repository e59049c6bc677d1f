import { z } from 'zod';
import type { RecordedPoll } from '../../src/datasources/catalogue/catalogue-store.js';
import type { ColumnBatch } from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId, userId } from '../../src/domain/ids.js';
import { POLL_STATUSES } from '../../src/domain/poll.js';

const texts = z.array(z.string());
const times = z.array(z.number());

/** Rows of the run table `clean_polls`. Rejects with what is wrong where the table is not as jobs/sql documents it. */
export function recordedPollsOf(batch: ColumnBatch): RecordedPoll[] {
  const questions = texts.parse(batch.column('question'));
  const topics = z.array(texts.nullable()).parse(batch.column('topics'));
  const languages = z.array(z.string().nullable()).parse(batch.column('language'));
  const authors = z.array(z.string().nullable()).parse(batch.column('author_id'));
  const createdAt = times.parse(batch.column('created_at'));
  const closesAt = z.array(z.number().nullable()).parse(batch.column('closes_at'));
  const statuses = z.array(z.enum(POLL_STATUSES)).parse(batch.column('status'));
  const optionIds = z.array(texts).parse(batch.column('option_ids'));
  const labels = z.array(texts).parse(batch.column('option_labels'));
  const recordedAt = times.parse(batch.column('recorded_at'));
  return texts.parse(batch.column('poll_id')).map((id, row) => {
    const author = authors[row] ?? null;
    return {
      poll: {
        id: pollId(id),
        question: questions[row] ?? '',
        options: (optionIds[row] ?? []).map((option, place) => ({
          id: optionId(option),
          label: labels[row]?.[place] ?? option,
        })),
        topics: topics[row] ?? [],
        language: languages[row] ?? null,
        authorId: author === null ? null : userId(author),
        createdAt: createdAt[row] ?? 0,
        closesAt: closesAt[row] ?? null,
        status: statuses[row] ?? 'HIDDEN',
      },
      recordedAt: recordedAt[row] ?? 0,
    };
  });
}
