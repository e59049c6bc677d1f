import type { Polarity } from '../../src/domain/polarity.js';
import type { FlowName } from '../flows/flow.js';
import { CLEAN_COUNTS, cleanTables, VALIDATION_COUNTS } from './cleaning-statements.js';
import { INDEXED_USERS, USER_COUNT, userFeatures } from './feature-statements.js';
import {
  COUNTED_VOTES,
  INDEXED_POLLS,
  POLL_COUNTS,
  type PopularityStatements,
  popularityStatements,
  taught,
  taughtVotes,
} from './popularity-statements.js';
import type { Statement } from './statement.js';
import { TRAINING_POLLS, TRAINING_TOTALS, TRAINING_VOTES, VOTERS } from './training-statements.js';

/**
 * What each step asks of a warehouse that bills by bytes, in order, by the step's name. Nobody is held back, which only a run
 * can find out.
 */
export function flowStatements(flow: FlowName, polarity: Polarity): Readonly<Record<string, Statement[]>> {
  const clean = [...cleanTables(flow), CLEAN_COUNTS];
  const evaluate = [TRAINING_TOTALS, TRAINING_VOTES];
  if (flow === 'personalise') {
    return {
      validate: [VALIDATION_COUNTS],
      clean,
      features: [userFeatures({ part: 0, parts: 1 })],
      'index-features': [USER_COUNT, INDEXED_USERS],
      count: [POLL_COUNTS, COUNTED_VOTES],
      train: [TRAINING_POLLS, TRAINING_TOTALS, TRAINING_VOTES],
      evaluate,
    };
  }
  const all = popularityStatements(polarity);
  const scored = ({ tables, polls, traffic }: PopularityStatements): Statement[] => [
    TRAINING_POLLS,
    ...tables,
    polls,
    traffic,
  ];
  return {
    clean,
    count: [...all.tables, COUNTED_VOTES],
    'index-polls': [...all.tables, INDEXED_POLLS, all.polls, all.traffic],
    score: [
      TRAINING_TOTALS,
      ...scored(all),
      TRAINING_TOTALS,
      VOTERS,
      taughtVotes([]),
      ...scored(taught(all)),
    ],
    evaluate,
  };
}
