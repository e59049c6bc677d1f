import type { CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { Warehouse } from '../datasources/warehouse/warehouse.js';
import { BadInputError } from '../domain/errors.js';
import type { Clock } from '../domain/time.js';
import {
  type EventContext,
  type EventParser,
  IMPRESSION_SCHEMA,
  INTERACTION_SCHEMA,
  impressionParser,
  interactionParser,
  VOTE_SCHEMA,
  voteParser,
} from './event-rows.js';
import { FileTally } from './file-tally.js';
import { FormerUsers } from './former-users.js';
import { importPolls, importTopics, loadTopics } from './import-catalogue.js';
import { EVENTS_PER_BATCH, importEvents } from './import-events.js';
import {
  type FileSummary,
  IMPORT_KINDS,
  type ImportKind,
  type ImportProgress,
  type ImportSummary,
} from './import-summary.js';
import { KnownPolls } from './known-polls.js';
import { openRows } from './open-rows.js';
import { POLL_SCHEMA, TOPIC_SCHEMA } from './poll-rows.js';
import { RejectsFile } from './rejects-file.js';
import type { RowReader, RowSchema } from './row-reader.js';

const SCHEMAS: Readonly<Record<ImportKind, RowSchema>> = {
  topics: TOPIC_SCHEMA,
  polls: POLL_SCHEMA,
  votes: VOTE_SCHEMA,
  impressions: IMPRESSION_SCHEMA,
  interactions: INTERACTION_SCHEMA,
};
type EventFileKind = Exclude<ImportKind, 'topics' | 'polls'>;
const EVENT_PARSERS: Readonly<Record<EventFileKind, (context: EventContext) => EventParser>> = {
  votes: voteParser,
  impressions: impressionParser,
  interactions: interactionParser,
};

export interface ImportPorts {
  readonly warehouse: Warehouse;
  readonly catalogue: CatalogueStore;
  readonly clock: Clock;
}

export interface ImportOptions {
  readonly files: Readonly<Partial<Record<ImportKind, string>>>;
  /** Folder for the files of bad rows. */
  readonly rejectsFolder: string;
  /** Stops between two pieces of a file; the summary then says `stopped`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly batchSize?: number | undefined;
}

/**
 * Takes files over into warehouse and catalogue: topics, polls, votes, impressions, interactions, in this order. Bad rows are
 * counted and kept aside; importing a file again changes nothing. All files are looked at before the first row is taken: rejects with
 * BAD_USER_INPUT where one is absent, is not what its name says, lacks a column, or where no poll is known to check events against.
 */
export async function importFiles(ports: ImportPorts, options: ImportOptions): Promise<ImportSummary> {
  const readers = await openReaders(options);
  try {
    const known = await KnownPolls.load(ports.catalogue);
    if (known.size === 0 && options.files.polls === undefined && hasEvents(options.files)) {
      throw new BadInputError(
        'The catalogue holds no polls yet, so that no event can be checked. Give the polls, too: --polls FILE.',
      );
    }
    return await importAll(readers, { ports, options, known });
  } finally {
    for (const { reader } of readers) await reader.close();
  }
}

interface OpenFile {
  readonly kind: ImportKind;
  readonly file: string;
  readonly reader: RowReader;
}

async function openReaders({ files, signal }: ImportOptions): Promise<readonly OpenFile[]> {
  const opened: OpenFile[] = [];
  try {
    for (const kind of IMPORT_KINDS) {
      const file = files[kind];
      if (file === undefined) continue;
      opened.push({ kind, file, reader: await openRows(file, SCHEMAS[kind], signal) });
    }
  } catch (error) {
    for (const { reader } of opened) await reader.close();
    throw error;
  }
  if (opened.length === 0)
    throw new BadInputError('There is no file to import. Name one, such as --votes FILE.');
  return opened;
}

const hasEvents = (files: ImportOptions['files']): boolean =>
  files.votes !== undefined || files.impressions !== undefined || files.interactions !== undefined;

interface ImportContext {
  readonly ports: ImportPorts;
  readonly options: ImportOptions;
  readonly known: KnownPolls;
}

async function importAll(opened: readonly OpenFile[], context: ImportContext): Promise<ImportSummary> {
  const { ports, options, known } = context;
  const { signal, onProgress } = options;
  const startedAt = ports.clock();
  const needsTopics = opened.some(({ kind }) => kind === 'topics' || kind === 'polls');
  const topics = needsTopics ? await loadTopics(ports.warehouse) : new Map();
  const formerUsers = await FormerUsers.load(ports.warehouse);
  const files: FileSummary[] = [];

  const importOne = ({ kind, reader }: OpenFile, tally: FileTally): Promise<void> => {
    if (kind === 'topics') return importTopics(tally, reader.columns, { ...ports, topics });
    if (kind === 'polls') return importPolls(tally, reader.columns, { ...ports, topics, formerUsers, known });
    const optionsOf = known.optionsOf.bind(known);
    const parse = EVENT_PARSERS[kind]({ columns: reader.columns, optionsOf, now: startedAt });
    return importEvents(tally, parse, { ...ports, batchSize: options.batchSize ?? EVENTS_PER_BATCH });
  };

  for (const file of opened) {
    const rejects = new RejectsFile(options.rejectsFolder, file.kind, startedAt);
    const tally = new FileTally({ ...file, rejects, clock: ports.clock, signal, onProgress });
    try {
      await importOne(file, tally);
    } catch (error) {
      if (signal?.aborted !== true || error !== signal.reason) throw error;
    } finally {
      await rejects.close();
    }
    files.push(tally.summary());
    if (signal?.aborted === true) break;
  }
  return { files, stopped: signal?.aborted === true };
}
