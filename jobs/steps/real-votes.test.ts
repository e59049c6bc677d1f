import { afterAll, beforeAll, expect, it } from 'vitest';
import { realVoteBatches } from '../../tests/support/real-vote-batches.js';
import { describeWithRealVotes } from '../../tests/support/real-votes.js';
import { StepBench } from '../../tests/support/run-steps.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { cleanStep } from './clean.js';
import { countStep } from './count.js';
import { extractStep } from './extract.js';
import { featuresStep } from './features.js';
import { validateStep } from './validate.js';

const folders = tempFolders();

describeWithRealVotes('the steps on real votes', (files) => {
  let bench: StepBench;
  let results: Record<string, Readonly<Record<string, unknown>>>;

  beforeAll(async () => {
    bench = await StepBench.open(await folders.make());
    for await (const rows of realVoteBatches(files)) await bench.add(rows);
    results = await bench.run({
      extract: extractStep,
      validate: validateStep,
      clean: cleanStep,
      features: featuresStep,
      count: countStep,
    });
  }, 120_000);
  afterAll(() => bench?.close());

  // Figures of data/polls/README.md.
  it('find all events and polls', () => {
    expect(results.extract).toMatchObject({ events: 251_798, polls: 1_742 });
    expect(results.validate).toMatchObject({
      votes: 251_798,
      repeated: 0,
      warnings: { polls_without_question: 1 },
    });
  });

  it('keep the last of 6,747 repeated votes, and suspect few of being scripts', async () => {
    expect(results.clean).toMatchObject({
      vote_events: 251_798,
      standing_votes: 251_798 - 6_747,
      too_fast_accounts: 65,
      too_fast_votes: 2_895,
      same_sequence_accounts: 0,
    });
    const last = await bench.all(`
      SELECT COUNT(*) AS n FROM clean_votes JOIN events
        ON events.user_id = clean_votes.user_id AND events.poll_id = clean_votes.poll_id
        AND events.occurred_at > clean_votes.occurred_at`);
    expect(last).toEqual([{ n: 0 }]);
  });

  it('count every vote but those of authors, in features for everyone who voted or wrote', async () => {
    const { votes, author_votes } = results.clean as { votes: number; author_votes: number };
    expect(author_votes).toBeGreaterThan(1_500);
    expect(results.count).toMatchObject({ polls: 1_742, votes: votes - author_votes });
    // Three authors have no vote in the file.
    expect(results.features).toEqual({ users: 15_289 + 3 });
  });

  it('draw polls to the share of their topic, as strongly as its polls are alike', async () => {
    const steps = { extract: extractStep, clean: cleanStep, count: countStep };
    await bench.run(steps, { flow: 'popular' });
    const [priors] = await bench.all(
      `SELECT MIN(prior_share) AS least, MAX(prior_share) AS most, MIN(prior_weight) AS light, MAX(prior_weight) AS heavy
      FROM poll_statistics`,
      { flow: 'popular' },
    );
    expect(priors?.least).toBeGreaterThan(0.3);
    expect(priors?.most).toBeLessThan(1);
    // The polls of freshwater divide people most, those of the small topics least.
    expect(priors?.light).toBeGreaterThan(1);
    expect(priors?.light).toBeLessThan(2);
    expect(priors?.heavy).toBeGreaterThan(5);
    expect(priors?.heavy).toBeLessThan(20);
  });
});
