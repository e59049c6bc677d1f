import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EdgeServices, samplePoll } from '../../tests/support/edge-services.js';
import { UnavailableError } from '../domain/errors.js';
import { BrowserPages } from './browser-pages.js';

describe('pages in a browser', () => {
  let services: EdgeServices;
  let folder: string;
  const running: FastifyInstance[] = [];

  beforeEach(async () => {
    services = new EdgeServices();
    folder = await mkdtemp(join(tmpdir(), 'playground-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>built</title>');
    await writeFile(join(folder, 'assets', 'index-abc.js'), 'export {};');
  });
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
    await rm(folder, { recursive: true });
  });

  async function open({ development = true, playgroundFolder = folder } = {}): Promise<FastifyInstance> {
    const app = Fastify();
    running.push(app);
    const pages = await BrowserPages.open({ services, open: development, playgroundFolder });
    await pages.addTo(app);
    app.get('/graphql', (_request, reply) => pages.sendPlayground(reply));
    return app;
  }
  const page = async (app: FastifyInstance, url: string): Promise<string> => (await app.inject({ url })).body;

  test('the entry page shows a user’s list with reasons and source, the models, and the way to the playground', async () => {
    const text = await page(await open(), '/');
    for (const part of [
      'Is p1 a good poll?',
      'You agreed with “Is p2 a good poll?”.',
      'PERSONALISED',
      'READY',
      'AUC of liking',
      '0.75 ± 0.013',
      '/graphql?example=Recommendations&amp;user=u1',
      '4 votes',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('another user may be asked for; what is typed stays text', async () => {
    const app = await open();
    await page(app, '/?user=%20u2%20');
    expect(services.lists.asked.at(-1)).toMatchObject({ userId: 'u2' });
    services.catalogue.entries.set('p1', samplePoll('p1', { question: '<b>bold</b>' }));
    const text = await page(app, `/?user=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('<b>');
    expect(text).toContain('&lt;b&gt;');
  });

  test('the page comes though services fail, and says so', async () => {
    services.lists.fault = new UnavailableError('The catalogue does not answer.');
    services.models.status = async () => {
      throw new Error('secret');
    };
    const text = await page(await open(), '/');
    expect(text).toContain('The catalogue does not answer.');
    expect(text).toContain('UNKNOWN');
    expect(text).not.toContain('secret');
  });

  test('outside development mode nothing of any user is shown, and there is no playground', async () => {
    const app = await open({ development: false });
    const text = await page(app, '/?user=u1');
    expect(text).toContain('Models');
    expect(text).not.toContain('u1');
    expect(services.lists.asked).toEqual([]);
    expect((await app.inject('/playground/examples.json')).statusCode).toBe(404);
    expect((await app.inject('/graphql')).statusCode).toBe(404);
  });

  test('the playground, its files and its examples are served; nothing else of the folder is', async () => {
    const app = await open();
    expect(await page(app, '/graphql')).toContain('<title>built</title>');
    const asset = await app.inject('/playground/assets/index-abc.js');
    expect(asset.body).toBe('export {};');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await app.inject('/playground/assets/../index.html')).statusCode).toBe(404);
    const examples = (await app.inject('/playground/examples.json')).json();
    expect(examples[0]).toMatchObject({ name: 'Recommendations' });
    expect(JSON.parse(examples[0].variables)).toEqual({ userId: 'u1', first: 10 });
  });

  test('where the playground is not built, a page tells how to', async () => {
    const answer = await (await open({ playgroundFolder: join(folder, 'none') })).inject('/graphql');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build');
  });

  test('pages forbid what they do not need', async () => {
    const app = await open();
    const policy = (await app.inject('/')).headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/style-src 'sha256-[\w+/=]+'/);
    expect((await app.inject('/graphql')).headers['content-security-policy']).toContain("default-src 'self'");
  });
});
