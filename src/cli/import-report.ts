import type { FileSummary, ImportSummary } from '../intake/import-summary.js';
import { REJECT_REASONS, type RejectReason } from '../intake/reject-reason.js';
import { grouped } from './progress-line.js';

const HEADINGS = ['', 'rows', 'new', 'changed', 'already there', 'rejected', 'seconds'] as const;

/** The summary of an import for people: a table of files, then why rows were rejected and where they are. */
export function importReport({ files, stopped }: ImportSummary): string {
  const table = [HEADINGS, ...files.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  for (const file of files) if (file.rejected > 0) lines.push('', ...rejectLines(file));
  if (stopped) lines.push('', 'Stopped. What was taken over stays; import again to go on.');
  return lines.join('\n');
}

function cellsOf({ kind, rows, added, changed, known, rejected, seconds }: FileSummary): readonly string[] {
  return [kind, ...[rows, added, changed, known, rejected].map(grouped), seconds.toFixed(1)];
}

function rejectLines({ kind, reasons, rejectsFile }: FileSummary): string[] {
  return [
    `Rejected ${kind}, kept in ${rejectsFile ?? 'no file'}:`,
    ...Object.entries(reasons).map(([reason, count]) => {
      const meaning = isReason(reason) ? REJECT_REASONS[reason] : '';
      return `  ${grouped(count).padStart(9)}  ${reason.padEnd(14)}  ${meaning}`;
    }),
  ];
}

const isReason = (text: string): text is RejectReason => Object.hasOwn(REJECT_REASONS, text);
