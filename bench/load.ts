/**
 * Puts load on one GraphQL server, from a process of its own, and prints what it saw as JSON (see `LoadReport`).
 *
 *     node load.js LOAD.json        (see `loadOrder`)
 */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';
import { HunchError } from '../src/domain/errors.js';
import { type LoadOrder, type LoadReport, loadOrder } from './load-order.js';

const HEADERS = { 'content-type': 'application/json' };

/** As many requests as the server takes over the connections, by autocannon. */
async function throughput({ url, bodies, expected, connections, seconds }: LoadOrder): Promise<LoadReport> {
  const { default: autocannon } = await import('autocannon').catch((cause: unknown) => {
    throw new HunchError(
      'INVALID_CONFIGURATION',
      'The benchmark wants the package autocannon, a development dependency: run `npm install` without --omit=dev.',
      { cause },
    );
  });
  let unexpected = 0;
  const onResponse = (status: number, body: string): void => {
    if (status !== 200 || !body.includes(expected)) unexpected += 1;
  };
  const requests = bodies.map((body) => ({ method: 'POST', headers: HEADERS, body, onResponse }));
  const started = performance.now();
  const result = await autocannon({ url, connections, duration: seconds, requests });
  const elapsed = (performance.now() - started) / 1_000;
  return {
    perSecond: result['2xx'] / elapsed,
    medianMs: null,
    requests: result['2xx'] + result.non2xx,
    unexpected: unexpected + result.errors,
  };
}

/** One request after the other on one connection. */
async function latency({ url, bodies, expected, seconds }: LoadOrder): Promise<LoadReport> {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin);
  const times: number[] = [];
  let unexpected = 0;
  const end = performance.now() + seconds * 1_000;
  for (let turn = 0; performance.now() < end; turn += 1) {
    const started = performance.now();
    const answer = await client.request({
      path: pathname,
      method: 'POST',
      headers: HEADERS,
      body: bodies[turn % bodies.length] ?? '',
    });
    const text = await answer.body.text();
    times.push(performance.now() - started);
    if (answer.statusCode !== 200 || !text.includes(expected)) unexpected += 1;
  }
  await client.close();
  return {
    perSecond: times.length / seconds,
    medianMs: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? null,
    requests: times.length,
    unexpected,
  };
}

const [file = ''] = process.argv.slice(2);
const order = loadOrder.parse(JSON.parse(readFileSync(file, 'utf8')));
const report = order.connections === 1 ? await latency(order) : await throughput(order);
process.stdout.write(`${JSON.stringify(report)}\n`);
