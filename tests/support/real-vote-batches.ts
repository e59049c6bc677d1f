import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { WarehouseRows } from '../../src/datasources/warehouse/warehouse.js';
import type { PollEvent } from '../../src/domain/event.js';
import { eventId, optionId, pollId, userId } from '../../src/domain/ids.js';
import type { RealVotes } from './real-votes.js';

const BATCH = 50_000;
const RECORDED_AT = 1_800_000_000_000;

async function* rowsOf(path: string): AsyncGenerator<Record<string, string>> {
  yield* createReadStream(path)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
}

/** All polls of the development set, then all votes in batches. */
export async function* realVoteBatches(files: RealVotes): AsyncGenerator<WarehouseRows, void, undefined> {
  const polls = [];
  for await (const row of rowsOf(files.polls)) {
    polls.push({
      poll: {
        id: pollId(row.poll_id ?? ''),
        question: row.question ?? '',
        options: (row.options ?? '').split('|').map((option) => ({ id: optionId(option), label: option })),
        topics: [row.topic_id ?? ''],
        language: 'en',
        authorId: userId(row.author_id ?? ''),
        createdAt: Date.parse(row.created_at ?? ''),
        closesAt: null,
        status: 'OPEN' as const,
      },
      recordedAt: RECORDED_AT,
    });
  }
  yield { polls };
  let events: PollEvent[] = [];
  let place = 0;
  for await (const row of rowsOf(files.votes)) {
    events.push({
      kind: 'VOTE',
      eventId: eventId(String(place++)),
      userId: userId(row.user_id ?? ''),
      pollId: pollId(row.poll_id ?? ''),
      optionId: optionId(row.option ?? ''),
      occurredAt: Date.parse(row.voted_at ?? ''),
      recordedAt: RECORDED_AT,
      isAuthor: row.is_author === '1',
      recommendationId: null,
    });
    if (events.length < BATCH) continue;
    yield { events };
    events = [];
  }
  yield { events };
}
