import type { RunId } from '../../domain/ids.js';

/**
 * What one step of a flow run leaves for the next (RUNS_URL): small documents and files. Writes are atomic: a name either
 * holds the whole or nothing. On a remote store files are fetched to, and put from, a local working folder.
 */
export interface RunStore {
  /** The parsed JSON document, unchecked; null where there is none. */
  readDocument(flow: string, run: RunId, name: string): Promise<unknown>;
  writeDocument(flow: string, run: RunId, name: string, document: unknown): Promise<void>;
  /** A local path to write a file to; `commitFile` makes it visible under its name. */
  stageFile(flow: string, run: RunId, name: string): Promise<string>;
  commitFile(flow: string, run: RunId, name: string, stagedPath: string): Promise<void>;
  /** A local path to read the file from. Rejects with NotFoundError where there is none. */
  fetchFile(flow: string, run: RunId, name: string): Promise<string>;
  /** Runs of the flow, newest first. */
  list(flow: string): Promise<RunId[]>;
  /** Deletes all of the run's documents and files. */
  remove(flow: string, run: RunId): Promise<void>;
}
