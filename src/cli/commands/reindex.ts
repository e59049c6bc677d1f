import { Argument, Command } from 'commander';
import { explained } from '../../platform/elasticsearch/explained.js';
import { type ReindexPhase, type ReindexProgress, reindex } from '../../platform/elasticsearch/reindex.js';
import { Shutdown } from '../../platform/shutdown.js';
import { grouped, ProgressLine } from '../progress-line.js';
import { openParts, type Parts } from '../wiring/parts.js';

/** Those that live on; `vectors` is built anew by each run of personalise. */
const LIVE_INDICES = ['users', 'polls', 'votes'] as const;
type LiveIndex = (typeof LIVE_INDICES)[number];

/** The shell's own code for a command that Ctrl-C has ended. */
const EXIT_INTERRUPTED = 130;

const HELP = `
For an Elasticsearch index that a start of this release can not bring up to date in place (\`hunch doctor\` tells), and after
a change of the number of shards in its template. The index serves and takes writes meanwhile; only for the last pass, well under a
second, writes wait. Where it fails or is stopped, the old index serves on.`;

interface Rebuilt {
  readonly index: LiveIndex;
  readonly documents: number;
  readonly seconds: number;
}

/** `hunch reindex`: builds the live indices of an Elasticsearch anew while they serve. */
export function reindexCommand(): Command {
  return new Command('reindex')
    .description('Build live Elasticsearch indices anew by the templates of this release, while they serve.')
    .addArgument(new Argument('[index]', 'which of them').choices([...LIVE_INDICES, 'all']).default('all'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (index: LiveIndex | 'all', { json = false }: { json?: boolean }, command: Command) => {
      const parts = openParts({ name: 'reindex', quiet: true });
      try {
        const { features, FEATURES_URL: url } = parts.config;
        if (features.backend !== 'elasticsearch') {
          command.error(`error: FEATURES_URL=${url} is no Elasticsearch: there is nothing to re-index`, {
            exitCode: 2,
          });
        }
        const rebuilt = await rebuildEach(index === 'all' ? LIVE_INDICES : [index], parts, features.prefix);
        process.stdout.write(json ? `${JSON.stringify({ indices: rebuilt }, null, 2)}\n` : textOf(rebuilt));
      } finally {
        await parts.close();
      }
    });
}

/** One after the other; gives those that were done when it was stopped. */
async function rebuildEach(
  indices: readonly LiveIndex[],
  parts: Parts,
  prefix: string,
): Promise<readonly Rebuilt[]> {
  const client = await parts.elasticsearch();
  const { clock } = parts;
  const shutdown = new Shutdown(parts.log);
  const stopListening = shutdown.listen();
  const line = new ProgressLine(process.stderr);
  const rebuilt: Rebuilt[] = [];
  try {
    for (const name of indices) {
      const started = clock();
      const documents = await reindex(client, {
        prefix,
        name,
        clock,
        signal: shutdown.signal,
        onProgress: (progress) => line.show(() => progressText(name, progress)),
      });
      rebuilt.push({ index: name, documents, seconds: (clock() - started) / 1_000 });
    }
  } catch (error) {
    // What was under way ends with an error of its own; that it was called off is no fault.
    if (!shutdown.signal.aborted) throw explained(error, 're-index');
    process.exitCode = EXIT_INTERRUPTED;
  } finally {
    line.stop();
    stopListening();
  }
  return rebuilt;
}

const PHASES: Readonly<Record<ReindexPhase, string>> = {
  COPY: 'copying',
  CATCH_UP: 'copying what was written meanwhile',
  CLOSE: 'copying the last, writes wait',
};

const progressText = (name: LiveIndex, { phase, copied, total }: ReindexProgress): string =>
  `${name.padEnd(6)} ${grouped(copied)} of ${grouped(total)} documents, ${PHASES[phase]}`;

const textOf = (rebuilt: readonly Rebuilt[]): string =>
  rebuilt
    .map(
      ({ index, documents, seconds }) =>
        `${index}: ${grouped(documents)} documents, built anew in ${seconds.toFixed(1)} s\n`,
    )
    .join('');
