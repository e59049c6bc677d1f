import { createHash } from 'node:crypto';
import { type Html, html, Html as SafeHtml } from '../platform/html.js';
import { PAGE_STYLE } from './page-style.js';

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** What a page of the server may load: its own style, and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** A whole page around `body`. */
export function writePage(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new SafeHtml(PAGE_STYLE)}</style>
</head>
<body><div class="page">
${body}
</div></body>
</html>
`.text;
}
