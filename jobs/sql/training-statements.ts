import { query } from './statement.js';

/** The polls to learn, newest first. */
export const TRAINING_POLLS = query('training_polls');

/** How much there is to learn from. */
export const TRAINING_TOTALS = query('training_totals');

/** Every vote to learn, all of a user in a row, oldest first. */
export const TRAINING_VOTES = query('training_votes');

/** Everyone who voted. */
export const VOTERS = query('voters');
