// Takes the pictures of the README from a running service: node build/screenshots.mjs [URL]
// Wants a Chromium; CHROMIUM names it where it is not Debian's.
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const url = process.argv[2] ?? 'http://127.0.0.1:4000';
const folder = new URL('../docs/images/', import.meta.url);
await mkdir(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(`${url}/?user=user-0007`);
  await page.screenshot({ path: new URL('start-page.png', folder).pathname });
  await page.goto(`${url}/graphql`);
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.getByText('recommendationId').last().waitFor();
  await page.screenshot({ path: new URL('playground.png', folder).pathname });
} finally {
  await browser.close();
}
