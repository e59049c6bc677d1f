import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** That a user took an item. */
export interface Take {
  readonly user: string;
  readonly item: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What `hunch evaluate` is given: votes by the name of their file, without the ending. */
export type TakeFiles = Readonly<Record<string, readonly Take[]>>;

/** Polls want two options; a set of takes has votes for the first alone. */
const OPTIONS = 'agree|disagree';
const VOTE = 'agree';

/** The text of a file, whose SHA-256 is printed. */
export async function readPrinted(path: string, encoding: BufferEncoding = 'utf8'): Promise<string> {
  const content = await readFile(path);
  process.stdout.write(`${createHash('sha256').update(content).digest('hex')}  ${basename(path)}\n`);
  return content.toString(encoding);
}

/** Throws where a count is not that of the public file, so that no figure is ever taken from another. */
export function checkCounts(
  counts: Readonly<Record<string, { readonly is: number; readonly of: number }>>,
): void {
  const wrong = Object.entries(counts).filter(([, { is, of }]) => is !== of);
  if (wrong.length === 0) return;
  const list = wrong.map(([name, { is, of }]) => `${name}: ${is}, where the public file has ${of}`);
  throw new Error(`Not the public file, or not all of it. ${list.join('; ')}.`);
}

/** Writes FOLDER/polls.csv, with every item of any file, and a file of votes for each of `files`. */
export async function writeImportFiles(folder: string, topic: string, files: TakeFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  const items = new Set(Object.values(files).flatMap((takes) => takes.map((take) => take.item)));
  const createdAt = Object.values(files)
    .flatMap((takes) => takes.map((take) => take.at))
    .reduce((first, at) => (at < first ? at : first));
  const polls = [...items].sort().map((item) => `${item},${topic},,${createdAt},,${OPTIONS}`);
  await write(join(folder, 'polls.csv'), 'poll_id,topic_id,author_id,created_at,question,options', polls);
  for (const [name, takes] of Object.entries(files)) {
    const rows = takes.map(({ user, item, at }) => `${user},${item},${VOTE},${at}`);
    await write(join(folder, `${name}.csv`), 'user_id,poll_id,option,voted_at', rows);
    process.stdout.write(`${name}.csv: ${takes.length} votes, ${countUsers(takes)} users\n`);
  }
  process.stdout.write(`polls.csv: ${items.size} polls\n`);
}

export const countUsers = (takes: readonly Take[]): number => new Set(takes.map((take) => take.user)).size;

const write = (path: string, head: string, rows: readonly string[]): Promise<void> =>
  writeFile(path, `${[head, ...rows].join('\n')}\n`);
