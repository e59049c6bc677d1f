import type { FlowDefinition } from './flow.js';
import { RELEASE_STEPS } from './release-steps.js';

/** From all votes to a new version of the popularity model, and the polls of the warehouse into the catalogue. */
export const popularFlow: FlowDefinition = {
  name: 'popular',
  description: 'The popularity model and the statistics of the poll catalogue.',
  schedule: '0 */2 * * *',
  steps: [
    {
      name: 'extract',
      description: 'Names the state of the warehouse that this run reads.',
      after: [],
      retries: 5,
      timeoutSeconds: 1_800,
      size: 'small',
      load: async () => (await import('../steps/extract.js')).extractStep,
    },
    {
      name: 'clean',
      description:
        'Drops duplicates, bots and erased users; of each user’s votes on a poll the last one stays.',
      after: ['extract'],
      retries: 3,
      timeoutSeconds: 1_800,
      size: 'small',
      load: async () => (await import('../steps/clean.js')).cleanStep,
    },
    {
      name: 'count',
      description: 'Counts the votes of each poll and option.',
      after: ['clean'],
      retries: 3,
      timeoutSeconds: 1_800,
      size: 'large',
      load: async () => (await import('../steps/count.js')).countStep,
    },
    {
      name: 'index-polls',
      description: 'Brings polls and their statistics into the catalogue; newer states of a poll stay.',
      after: ['count'],
      retries: 5,
      timeoutSeconds: 1_800,
      size: 'small',
      load: async () => (await import('../steps/index-polls.js')).indexPollsStep,
    },
    {
      name: 'score',
      description:
        'Decayed votes times smoothed agree share, overall, by topic and by language, as an ONNX file.',
      after: ['count'],
      retries: 1,
      timeoutSeconds: 1_800,
      size: 'small',
      load: async () => (await import('../steps/score.js')).scoreStep,
    },
    {
      name: 'evaluate',
      description: 'Scores the new model and the champion on the newest votes.',
      after: ['score'],
      retries: 1,
      timeoutSeconds: 1_800,
      size: 'small',
      load: async () => (await import('../steps/evaluate.js')).evaluateStep,
    },
    ...RELEASE_STEPS,
  ],
};
