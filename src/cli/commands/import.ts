import { join } from 'node:path';
import { Command } from 'commander';
import { importFiles } from '../../intake/import-files.js';
import { IMPORT_KINDS, type ImportKind } from '../../intake/import-summary.js';
import { Shutdown } from '../../platform/shutdown.js';
import { progressLine } from '../import-progress.js';
import { importReport } from '../import-report.js';
import { ProgressLine } from '../progress-line.js';
import { openParts } from '../wiring/parts.js';

type Flags = Readonly<Partial<Record<ImportKind, string>>> & { readonly json?: boolean };

/** The shell's own code for a command that Ctrl-C has ended. */
const EXIT_INTERRUPTED = 130;

const HELP = `
CSV (comma, header line), NDJSON (.ndjson, .jsonl) or Parquet by the file's extension; gzipped files are recognised.
Files are taken over in the order topics, polls, votes, impressions, interactions. Columns (others are ignored):

  topics        topic_id, title, language
  polls         poll_id, topic_id or topics, author_id, created_at, question, options; language, closes_at, status
                options: a|b|c (id = label) or a JSON list of {"id", "label"}; topics: a|b or a JSON list
  votes         user_id, poll_id, option; voted_at, event_id, is_author, recommendation_id
  impressions   user_id, poll_id; seen_at, event_id, position, recommendation_id
  interactions  user_id, poll_id, kind; occurred_at, event_id, recommendation_id
                kind: SKIP, DISMISS, UNDO_DISMISS, RETRACT_VOTE

Times: ISO 8601 (without a zone: UTC), epoch seconds or epoch milliseconds; without the column, the time of the import.
Without event_id an event is known by a hash of what its row says. Importing a file again changes nothing.
Bad rows do not stop the import: they are counted by reason and kept in DATA_DIR/rejects.`;

/** `hunch import`: takes files of polls and votes over. */
export function importCommand(): Command {
  return new Command('import')
    .description('Take polls, votes and other events over from files.')
    .option('--polls <file>', 'polls')
    .option('--topics <file>', 'titles and languages of topics')
    .option('--votes <file>', 'votes')
    .option('--impressions <file>', 'polls that were shown')
    .option('--interactions <file>', 'skips, dismissals and retracted votes')
    .option('--json', 'print the summary as one JSON document')
    .addHelpText('after', HELP)
    .action(runImport);
}

async function runImport(flags: Flags, command: Command): Promise<void> {
  if (IMPORT_KINDS.every((kind) => flags[kind] === undefined)) {
    const names = IMPORT_KINDS.map((kind) => `--${kind}`).join(', ');
    command.error(`error: name a file to import, by ${names}`, { exitCode: 2 });
  }
  const parts = openParts({ name: 'import' });
  const shutdown = new Shutdown(parts.log);
  const stopListening = shutdown.listen();
  const line = new ProgressLine(process.stderr);
  try {
    const ports = {
      warehouse: await parts.warehouse(),
      catalogue: await parts.catalogue(),
      clock: parts.clock,
    };
    const summary = await importFiles(ports, {
      files: flags,
      rejectsFolder: join(parts.config.DATA_DIR, 'rejects'),
      signal: shutdown.signal,
      onProgress: (progress) => line.show(() => progressLine(progress)),
    });
    line.stop();
    const text = flags.json === true ? JSON.stringify(summary, null, 2) : importReport(summary);
    process.stdout.write(`${text}\n`);
    if (summary.stopped) process.exitCode = EXIT_INTERRUPTED;
  } finally {
    line.stop();
    stopListening();
    await parts.close();
  }
}
