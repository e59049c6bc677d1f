import { type Html, html, Html as SafeHtml } from '../platform/html.js';
import { REPORT_STYLE } from './report-style.js';

/** A whole page that needs no other file and no network. */
export function reportPage(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new SafeHtml(REPORT_STYLE)}</style>
</head>
<body><main class="page">
${body}
</main></body>
</html>
`.text;
}

/** A part of the page under a heading. */
export const section = (title: string, note: string, content: Html): Html => html`<section class="sheet">
<h2>${title}</h2>
<p class="note">${note}</p>
${content}
</section>`;

/** A plot with its figures beside it. */
export const plotWithTables = (plot: Html, ...tables: readonly Html[]): Html => html`<div class="pair">
<figure class="scroll plot" tabindex="0">${plot}</figure>
<div class="tables">${tables}</div>
</div>`;

export interface Table {
  /** What the rows are, for who hears the table read. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly (string | Html)[])[];
}

export const table = ({
  caption,
  columns,
  rows,
}: Table): Html => html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
  ([first = '', ...cells]) =>
    html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody>
</table></div>`;
