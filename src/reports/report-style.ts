/** The look of a report: light and dark, from a telephone's width up, and on paper. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --sheet: #ffffff; --ink: #1d2026; --soft: #5f6672; --line: #e4e2dd;
  --first: #3b4cca; --second: #c05a12; --third: #8a8f99;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --sheet: #1c1f25; --ink: #e8e9ec; --soft: #9aa2af; --line: #2d3139;
    --first: #9aa8ff; --second: #f0a368; --third: #7d8593;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.page { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
h1 { margin: 0 0 0.5rem; font-size: clamp(1.6rem, 1.3rem + 1.5vw, 2.25rem); line-height: 1.15; letter-spacing: -0.02em; }
h2 { margin: 0 0 0.35rem; font-size: 1.1rem; letter-spacing: -0.01em; }
p, figure { margin: 0; }
:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
.lead, .note { color: var(--soft); max-width: 62rem; }
.note { font-size: 0.9rem; margin-bottom: 1.1rem; }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); margin: 0; }
.figures div { background: var(--sheet); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.25rem; }
.figures dt { color: var(--soft); font-size: 0.875rem; }
.figures dd { margin: 0.15rem 0 0; font-size: 1.75rem; font-weight: 600; letter-spacing: -0.02em; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures dd.beside { font-size: 0.875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.5rem; min-width: 0; }
.pair { display: grid; gap: 1.5rem 2rem; align-items: start; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
.tables { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); }
.plot svg { display: block; width: 100%; min-width: 26rem; height: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.3rem 0 0.3rem 0.9rem; text-align: end; vertical-align: baseline; white-space: nowrap; font-variant-numeric: tabular-nums; }
th:first-child { text-align: start; padding-inline-start: 0; font-weight: 400; white-space: normal; min-width: 6.5rem; overflow-wrap: break-word; }
th:first-child { position: sticky; inset-inline-start: 0; background: var(--sheet); }
thead th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
caption { text-align: start; color: var(--soft); font-size: 0.875rem; padding-bottom: 0.4rem; }
td small { color: var(--soft); font-size: inherit; }
.words { display: grid; gap: 0.75rem 2rem; margin: 0; font-size: 0.9rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); }
.words dt { font-weight: 600; }
.words dd { margin: 0; color: var(--soft); }
@media print { .sheet, .figures div { break-inside: avoid; } .page { padding: 0; } }
`;
