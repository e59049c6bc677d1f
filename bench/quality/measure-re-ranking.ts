import { parseArgs } from 'node:util';
import { explorationTradeOff } from './exploration-trade-off.js';
import { judgedUsers } from './judged-users.js';
import { readVoteFiles } from './read-votes.js';
import { diversityTradeOff, type Row, rotationTradeOff } from './trade-offs.js';

/**
 * The figures behind the settings of scenarios, as tables in Markdown:
 * node dist/bench/quality/measure-re-ranking.js --train VOTES.csv.gz --polls POLLS.csv.gz
 */
const { values } = parseArgs({ options: { train: { type: 'string' }, polls: { type: 'string' } } });
if (values.train === undefined || values.polls === undefined) {
  process.stderr.write('Wants --train VOTES and --polls POLLS, files as hunch import takes them.\n');
  process.exit(2);
}

const shown = (value: number | string | undefined): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value ?? '');

function table(title: string, rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => shown(row[name])))];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}

const files = await readVoteFiles(values.train, values.polls);
const users = await judgedUsers(files);
process.stdout.write(`${users.length} voters\n\n`);
process.stdout.write(table('Diversity', diversityTradeOff(users)));
process.stdout.write(table('Rotation', rotationTradeOff(users)));
process.stdout.write(table('Exploration', explorationTradeOff(users, files.train)));
