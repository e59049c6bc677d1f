import { expect, test } from 'vitest';
import { metricTitle } from './metric-title.js';

test.each([
  ['exposedAuc', 'AUC of liking'],
  ['recall20', 'Recall @ 20'],
  ['youngShare10', 'Polls younger than a day @ 10'],
  ['unheardOf7', 'unheardOf7'],
])('%s is called %s', (name, title) => {
  expect(metricTitle(name)).toBe(title);
});
