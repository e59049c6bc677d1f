import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from './html.js';

test('values are escaped, templates and lists of them are not, null is nothing', () => {
  const item = (text: string) => html`<li title="${text}">${text}</li>`;
  expect(html`<ul>${[item('a&b'), item('"c"')]}${null}${1}</ul>`.text).toBe(
    '<ul><li title="a&amp;b">a&amp;b</li><li title="&quot;c&quot;">&quot;c&quot;</li>1</ul>',
  );
});

test('no text gets out of its element or its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a') }), (text) => {
      expect(html`${text}`.text).not.toMatch(/[<>"']/);
    }),
  );
});
