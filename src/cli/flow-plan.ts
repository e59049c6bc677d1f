import type { FlowPlan } from '../../jobs/runner/dry-run.js';
import { bytesText } from './flow-summary.js';

/** What a run would ask of the warehouse, as a table for people. */
export function flowPlanText({ flow, statements, bytes }: FlowPlan): string {
  const rows = [
    ['step', 'statement', 'makes', 'bytes'],
    ...statements.map((each) => [each.step, each.statement, each.table ?? '', bytesText(each.bytes)]),
    ['total', '', '', bytesText(bytes)],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [`${flow}: nothing was run`, ...lines, NOTE].join('\n');
}

const NOTE =
  'Estimates of what is read of tables that are there already: those that the run itself makes are empty in a dry run.';
