import { beforeEach, describe, expect, it } from 'vitest';
import { catalogueEntry, pollStatistics } from '../../../tests/support/poll-statistics.js';
import { ScriptedModels } from '../../../tests/support/scripted-models.js';
import type { CatalogueEntry } from '../../datasources/catalogue/catalogue-store.js';
import { optionId, pollId } from '../../domain/ids.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { DAY, HOUR } from '../../domain/time.js';
import { LiveCatalogue } from '../live-catalogue.js';
import type { StrategyInput } from '../strategy.js';
import { LastKnownGoodStrategy } from './last-known-good.js';
import { PopularStrategy } from './popular.js';

const now = Date.UTC(2026, 0, 10);

const entry = (id: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry =>
  catalogueEntry(
    {
      id: pollId(id),
      question: id,
      options: ['agree', 'disagree'].map((option) => ({ id: optionId(option), label: option })),
      topics: [],
      language: null,
      authorId: null,
      createdAt: now - DAY,
      closesAt: null,
      status: 'OPEN',
    },
    more,
  );

/** A poll that the last flow counted, an hour ago. */
const counted = (id: string, votes: number, trend = 0): CatalogueEntry =>
  entry(id, {
    statistics: pollStatistics(id, {
      decayed: { established: votes, first: 0, at: now - HOUR },
      trend,
      through: now - HOUR,
    }),
  });

let models: ScriptedModels;
let catalogue: LiveCatalogue;

beforeEach(() => {
  models = new ScriptedModels();
  catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  catalogue.apply([counted('large', 100), counted('middling', 50), counted('rising', 10, 1.5)]);
  models.popular = ['large', 'middling', 'rising'].map((id, place) => ({
    pollId: pollId(id),
    score: 10 - place,
    because: '',
    becauseWeight: 0,
  }));
});

const input: StrategyInput = {
  userId: null,
  features: null,
  filter: {},
  context: { topics: [], languages: [] },
  never: new Set(),
  allowed: () => true,
  given: 0,
  tired: 0,
  likingWeight: null,
  wanted: 10,
  deadline: now + 50,
};

async function list(order: 'POPULAR' | 'TRENDING', wanted = 10) {
  const access = { models, versionFor: () => undefined, clock: () => now, inferenceBudgetMs: 20 };
  const outcome = await new PopularStrategy(access, catalogue, order).choose({ ...input, wanted });
  return outcome.status === 'ANSWERED'
    ? outcome.answer.candidates.map(({ poll, kind }) => `${poll.id} ${kind}`)
    : [];
}

describe('the popular list', () => {
  it('holds a poll that got its votes since the model was made, though the model puts it nowhere', async () => {
    const live = {
      liveVotes: [{ optionId: optionId('agree'), votes: 300 }],
      liveActivity: { established: 300, first: 0, at: now },
    };
    catalogue.apply([entry('new', live), { ...counted('forgotten', 1), ...live }]);
    expect((await list('POPULAR', 3)).slice(0, 2).toSorted()).toEqual(['forgotten POPULAR', 'new POPULAR']);
  });

  it('is as the model has it while the catalogue has no counts', async () => {
    catalogue.apply(['large', 'middling', 'rising'].map((id) => entry(id)));
    expect(await list('POPULAR')).toEqual(['large POPULAR', 'middling POPULAR', 'rising POPULAR']);
  });

  it('ends with polls that nobody has voted on yet', async () => {
    catalogue.apply([entry('unborn')]);
    expect((await list('POPULAR')).at(-1)).toBe('unborn POPULAR');
  });
});

describe('the trending list', () => {
  const expected = ['rising TRENDING', 'large POPULAR', 'middling POPULAR'];

  it('begins with what rises, and says of the rest that it is only popular', async () => {
    expect(await list('TRENDING')).toEqual(expected);
    const outcome = await new LastKnownGoodStrategy(catalogue, 'TRENDING').choose(input);
    const fallback = outcome.status === 'ANSWERED' ? outcome.answer.candidates : [];
    expect(fallback.map(({ poll, kind }) => `${poll.id} ${kind}`)).toEqual(expected);
  });

  it('knows of no trend any more where no flow has looked for a day', async () => {
    catalogue.apply([entry('today', { liveActivity: { established: 1, first: 0, at: now + DAY } })]);
    expect(await list('TRENDING')).not.toContain('rising TRENDING');
  });
});
