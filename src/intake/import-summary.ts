import type { RejectReason } from './reject-reason.js';

/** Kinds of file in the order in which they are imported: later ones lean on earlier ones. */
export const IMPORT_KINDS = ['topics', 'polls', 'votes', 'impressions', 'interactions'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What came of one file. `rows` = `added` + `changed` + `known` + `rejected`, once the file is done. */
export interface FileSummary {
  readonly kind: ImportKind;
  readonly file: string;
  readonly rows: number;
  /** Rows that were new. */
  readonly added: number;
  /** Polls and topics that were known and now read otherwise. */
  readonly changed: number;
  /** Rows that were there already, and those that a later row of the file takes the place of. */
  readonly known: number;
  readonly rejected: number;
  readonly reasons: Readonly<Partial<Record<RejectReason, number>>>;
  /** Where the bad rows were written; null where there were none. */
  readonly rejectsFile: string | null;
  readonly seconds: number;
}

export interface ImportSummary {
  readonly files: readonly FileSummary[];
  /** Stopped by the signal before the end; what was appended until then stays. */
  readonly stopped: boolean;
}

export interface ImportProgress {
  readonly kind: ImportKind;
  readonly file: string;
  readonly rows: number;
  readonly rejected: number;
  /** Share of the file read, 0 to 1. */
  readonly share: number;
  readonly seconds: number;
}
