import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exploringAnswers } from '../../../tests/support/exploring-answers.js';
import { loggedAnswer } from '../../../tests/support/logged-answers.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { FileAnswerLog } from '../../datasources/answer-log/file-answer-log.js';
import { recommendationId } from '../../domain/ids.js';
import type { LoggedAnswer } from '../../domain/logged-answer.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { HOUR } from '../../domain/time.js';
import { evaluateCommand } from '../commands/evaluate.js';
import { throwOnWrongUse } from '../program.js';
import { evaluateOffPolicy } from './off-policy.js';
import type { OffPolicyFlags } from './off-policy-options.js';
import type { OffPolicyDocument } from './off-policy-report.js';

const folders = tempFolders();

async function writeLog(answers: readonly LoggedAnswer[]): Promise<string[]> {
  const folder = await folders.make();
  const log = await FileAnswerLog.open({
    folder,
    keepDays: 30,
    clock: () => Date.UTC(2026, 1, 1),
    onError: (error) => expect.fail(String(error)),
  });
  for (const answer of answers) log.append(answer);
  await log.close();
  expect(log.dropped).toBe(0);
  return (await readdir(folder)).map((name) => join(folder, name));
}

async function writeRows(name: string, rows: readonly string[]): Promise<string> {
  const path = join(await folders.make(), name);
  await writeFile(path, `${rows.join('\n')}\n`);
  return path;
}

const iso = (time: number | null): string => new Date(time ?? 0).toISOString();
const VOTES = 'user_id,poll_id,option,voted_at,recommendation_id';

async function evaluate(flags: Partial<OffPolicyFlags>): Promise<OffPolicyDocument> {
  const text = await evaluateOffPolicy(
    { reward: 'vote', voteWindow: 24, ...flags, json: true },
    DEFAULT_POLARITY,
  );
  return JSON.parse(text);
}

describe('hunch evaluate --protocol off-policy', () => {
  const logged = exploringAnswers({ seed: 21, answers: 2_000, share: 0.2, method: 'weighted' });
  let answers: string[];
  let votes: string;
  beforeAll(async () => {
    answers = await writeLog(logged.answers);
    votes = await writeRows('votes.csv', [
      VOTES,
      ...logged.votes.map((vote) =>
        [vote.userId, vote.pollId, vote.optionId, iso(vote.votedAt), vote.recommendationId].join(),
      ),
    ]);
  });

  it('tells from the log what another share of exploration is worth', async () => {
    const document = await evaluate({ answers, votes, targetExplorationShare: 0.4 });
    expect(document).toMatchObject({
      protocol: 'off-policy',
      reward: 'vote',
      target: { file: null, explorationShare: 0.4, exploration: null },
      answers: { read: 2_000, evaluated: 2_000, exploring: 2_000 },
      votes: { read: logged.votes.length, byName: logged.votes.length, notCredited: 0 },
      places: 10_000,
      clusters: 2_000,
      placesLeftOut: 0,
      warnings: [],
    });
    expect(document.logged?.mean).toBeCloseTo(logged.votes.length / 10_000, 12);
    const { truth } = exploringAnswers({ seed: 22, answers: 4_000, share: 0.4, method: 'weighted' });
    const { mean = 0, standardError } = document.estimates.dr?.value ?? {};
    expect(Math.abs(mean - truth)).toBeLessThan(3 * (standardError ?? 0));
  });

  it('counts all votes, those that are no pass, or those on the positive side', async () => {
    const share = async (reward: OffPolicyFlags['reward']) =>
      (await evaluate({ answers, votes, reward, targetExploration: 'uniform' })).logged?.mean;
    const count = (...options: string[]) =>
      logged.votes.filter((vote) => options.includes(vote.optionId)).length / 10_000;
    expect(await share('answered')).toBeCloseTo(count('agree', 'disagree'), 12);
    expect(await share('liked')).toBeCloseTo(count('agree'), 12);
  });

  it('takes any policy as a file, and warns of what the log can not tell of it', async () => {
    const rows = logged.answers.flatMap(({ recommendationId: id }) => [`${id},0,n0,0.5`, `${id},0,old0,0.5`]);
    const target = await writeRows('target.csv', ['recommendation_id,position,poll_id,probability', ...rows]);
    const document = await evaluate({ answers, votes, target });
    expect(document).toMatchObject({ places: 2_000, placesLeftOut: 8_000 });
    expect(document.support.unsupportedShare).toBeGreaterThan(0.5);
    expect(document.warnings).toEqual([
      expect.stringMatching(/8000 places are left out/),
      expect.stringMatching(/polls that the logging policy never shows/),
    ]);
  });

  it('refuses probabilities of more than 1', async () => {
    const target = await writeRows('target.csv', [
      'recommendation_id,position,poll_id,probability',
      'r1,2,n0,0.7',
      'r1,2,n1,0.7',
    ]);
    await expect(evaluate({ answers, votes, target })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('position 2 of answer r1'),
    });
  });

  it('credits votes that name no answer by user and poll, through impressions', async () => {
    const [answer] = logged.answers;
    const poll = answer?.places[0]?.pollId;
    const file = await writeRows('votes.csv', [
      VOTES,
      `ada,${poll},agree,${iso((answer?.answeredAt ?? 0) + HOUR)},`,
      `ada,${poll},agree,${iso((answer?.answeredAt ?? 0) + 30 * HOUR)},`,
    ]);
    const impressions = await writeRows('impressions.csv', [
      'user_id,poll_id,recommendation_id',
      `ada,${poll},r0`,
    ]);
    const flags = { answers, votes: file, impressions, targetExplorationShare: 0.1 };
    expect((await evaluate(flags)).votes).toMatchObject({ byUser: 1, notCredited: 1 });
    expect((await evaluate({ ...flags, voteWindow: 48 })).votes).toMatchObject({ byUser: 2 });
  });

  it('evaluates recommendations alone, each answer once', async () => {
    const popular = loggedAnswer('p', { list: 'popular', subject: 'POPULAR' });
    const files = await writeLog([loggedAnswer('a'), loggedAnswer('a'), popular]);
    const document = await evaluate({ answers: files, votes, targetExplorationShare: 0 });
    expect(document.answers).toEqual({ read: 2, evaluated: 1, exploring: 1 });
    expect(document.warnings).toEqual([
      expect.stringMatching(/No vote could be credited/),
      expect.stringMatching(/The two policies differ at 1 places/),
    ]);
  });

  it('says that a log without exploration tells nothing of one', async () => {
    const quiet = loggedAnswer('a', { exploration: null, places: loggedAnswer('a').places.slice(0, 1) });
    const files = await writeLog([quiet, { ...quiet, recommendationId: recommendationId('b') }]);
    const { warnings } = await evaluate({ answers: files, votes, targetExplorationShare: 0.5 });
    expect(warnings).toContainEqual(expect.stringMatching(/No place of the log could explore/));
  });

  it('prints a table with a line for each estimator and the warnings', async () => {
    const text = await evaluateOffPolicy(
      { answers, votes, reward: 'vote', voteWindow: 24, targetExplorationShare: 1 },
      DEFAULT_POLARITY,
    );
    for (const title of ['as logged', 'IPS', 'SNIPS', 'direct method', 'doubly robust']) {
      expect(text).toMatch(new RegExp(`^ {2}${title} +0\\.\\d{5} \\(0\\.\\d{5}\\)`, 'm'));
    }
    expect(text).toMatch(/Effective sample size \d+ of 10000/);
  });

  it.each([
    ['no answers', ['--votes', 'v.csv', '--target-exploration-share', '0']],
    ['no other policy', ['--answers', 'a.ndjson', '--votes', 'v.csv']],
    [
      'two',
      ['--answers', 'a.ndjson', '--votes', 'v.csv', '--target', 't.csv', '--target-exploration', 'ucb'],
    ],
    ['a share above 1', ['--answers', 'a.ndjson', '--votes', 'v.csv', '--target-exploration-share', '2']],
    [
      'votes to learn from',
      ['--answers', 'a.ndjson', '--votes', 'v.csv', '--target', 't.csv', '--train', 't'],
    ],
  ])('refuses %s', async (_, flags) => {
    const command = evaluateCommand().configureOutput({ writeErr: () => {} });
    throwOnWrongUse(command);
    const call = command.parseAsync(['--protocol', 'off-policy', ...flags], { from: 'user' });
    await expect(call).rejects.toMatchObject({ code: expect.stringContaining('commander') });
  });

  it.each([
    ['votes', 'v'],
    ['reward', 'liked'],
    ['vote-window', '24'],
  ])('keeps --%s from other protocols', async (name, value) => {
    const command = evaluateCommand().configureOutput({ writeErr: () => {} });
    throwOnWrongUse(command);
    const call = command.parseAsync(['--train', 'a', '--test', 'b', `--${name}`, value], { from: 'user' });
    await expect(call).rejects.toThrow(`--${name} belongs to --protocol off-policy`);
  });
});
