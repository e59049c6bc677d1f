/** The look of the pages that the server writes: light and dark, from a telephone's width up. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --sheet: #ffffff; --ink: #1d2026; --soft: #5f6672; --line: #e4e2dd;
  --accent: #3b4cca; --accent-ink: #ffffff; --good: #1f7a4d; --good-ground: #e6f4ec; --warn: #94590a; --warn-ground: #fbefd9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --sheet: #1c1f25; --ink: #e8e9ec; --soft: #9aa2af; --line: #2d3139;
    --accent: #9aa8ff; --accent-ink: #14161a; --good: #7fd6a8; --good-ground: #1b3328; --warn: #f0bf72; --warn-ground: #3a2d17;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
a { color: var(--accent); text-underline-offset: 0.15em; }
code, pre { font: 0.85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.page { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem 4rem; }
.bar { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.5rem; padding: 1.25rem 0; border-bottom: 1px solid var(--line); }
.bar strong { font-size: 1.15rem; letter-spacing: -0.01em; margin-inline-end: auto; }
.bar a { color: var(--soft); text-decoration: none; font-size: 0.925rem; }
.bar a:hover { color: var(--ink); text-decoration: underline; }
.lead { padding: 2.75rem 0 2.25rem; max-width: 42rem; }
h1 { margin: 0 0 0.75rem; font-size: clamp(1.75rem, 1.3rem + 2vw, 2.5rem); line-height: 1.15; letter-spacing: -0.025em; }
h2 { margin: 0 0 1rem; font-size: 1.1rem; letter-spacing: -0.01em; }
.lead p { margin: 0 0 1.5rem; color: var(--soft); font-size: 1.075rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.button { display: inline-block; padding: 0.55rem 1.1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--sheet); color: var(--ink); font: inherit; font-weight: 550; text-decoration: none; cursor: pointer; }
.button:hover { border-color: var(--soft); }
.button.first { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.columns { display: grid; gap: 1.5rem; align-items: start; }
.columns > *, .aside > * { min-width: 0; }
@media (min-width: 56rem) { .columns.two { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
.aside { display: grid; gap: 1.5rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.5rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.4rem 0.75rem; align-items: center; margin: 0 0 1rem; color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }
.tag { padding: 0.1rem 0.55rem; border-radius: 1rem; border: 1px solid var(--line); font-size: 0.75rem; font-weight: 600; letter-spacing: 0.03em; white-space: nowrap; color: var(--soft); }
.tag.good { background: var(--good-ground); border-color: transparent; color: var(--good); }
.tag.warn { background: var(--warn-ground); border-color: transparent; color: var(--warn); }
form { display: flex; gap: 0.6rem; margin: 0 0 1rem; }
input { flex: 1; min-width: 0; padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--ground); color: inherit; font: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.others { margin: 0 0 1.25rem; color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }
.others a { display: inline-block; max-width: 100%; margin-inline-end: 0.6rem; }
ol { list-style: none; margin: 0; padding: 0; }
ol li { display: grid; grid-template-columns: 1.9rem minmax(0, 1fr); padding: 0.9rem 0; border-top: 1px solid var(--line); }
.rank { color: var(--soft); font-variant-numeric: tabular-nums; }
.question { font-weight: 550; overflow-wrap: anywhere; }
.why, .meta { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.why { margin-top: 0.15rem; }
.meta { margin-top: 0.1rem; opacity: 0.85; }
.model + .model { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.model h3 { display: flex; justify-content: space-between; align-items: center; margin: 0 0 0.6rem; font-size: 0.95rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.3rem 0; text-align: start; vertical-align: baseline; overflow-wrap: anywhere; }
th { padding-inline-end: 1rem; color: var(--soft); font-weight: 400; }
td { text-align: end; font-variant-numeric: tabular-nums; }
pre { margin: 0; padding: 0.9rem 1rem; border-radius: 0.5rem; background: var(--ground); border: 1px solid var(--line); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: var(--soft); font-size: 0.9rem; }
`;
