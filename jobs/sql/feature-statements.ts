import { HISTORY_LIMIT, IMPRESSION_LIMIT } from '../../src/domain/features.js';
import { query, type TableStatement } from './statement.js';

const AFFINITY_LIMIT = 50;

/** How many answers and interactions features are made of. */
export const FEATURE_FACTS = query('feature_facts');

/** The features of the users of one part of so many. */
export const userFeatures = ({
  part,
  parts,
}: {
  readonly part: number;
  readonly parts: number;
}): TableStatement => ({
  name: 'user_features',
  table: parts === 1 ? 'user_features' : `user_features_${part}_of_${parts}`,
  parameters: {
    parts,
    part,
    history_limit: HISTORY_LIMIT,
    impression_limit: IMPRESSION_LIMIT,
    affinity_limit: AFFINITY_LIMIT,
  },
});

/** How many users have features. */
export const USER_COUNT = query('user_count');

/** The features of all users. */
export const INDEXED_USERS = query('indexed_users');
