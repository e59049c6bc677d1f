import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HunchError } from '../../../src/domain/errors.js';
import { type BulkOperation, bulkWrite, sendBulk } from '../../../src/platform/elasticsearch/bulk.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { ensureIndex, rebuildIndex } from '../../../src/platform/elasticsearch/indices.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';

const document = (user: string, votes = 1) => ({ user_id: user, votes });
const clock = Date.now;

describeWithElasticsearch('indices and bulk writes', (elasticsearch) => {
  let client: Client;
  beforeAll(async () => {
    const { urls } = await elasticsearch.start({ settings: ['action.auto_create_index=false'] });
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client.close());

  const makeIndex = async () => {
    const prefix = freshPrefix();
    return { prefix, name: 'users', alias: await ensureIndex(client, { prefix, name: 'users' }) };
  };
  const physicalIndices = async (alias: string) =>
    Object.keys(await client.indices.get({ index: `${alias}-*` }));
  const writeTo = async (index: string, ids: readonly string[], isPhysical = false) => {
    const operations = ids.map((id): BulkOperation => ({ action: 'index', id, document: document(id) }));
    expect(await sendBulk(client, operations, { index, isPhysical })).toEqual([]);
  };
  const searched = async (alias: string) => {
    const { hits } = await client.search({ index: alias, size: 100 });
    return hits.hits.map((hit) => hit._id).toSorted();
  };

  it('makes an index with its mapping once, though several processes do it at once', async () => {
    const prefix = freshPrefix();
    const made = await Promise.all(
      Array.from({ length: 6 }, () => ensureIndex(client, { prefix, name: 'users' })),
    );
    expect(new Set(made)).toEqual(new Set([`${prefix}-users`]));
    expect(await physicalIndices(`${prefix}-users`)).toEqual([`${prefix}-users-000001`]);
    const mapping = await client.indices.getMapping({ index: `${prefix}-users` });
    expect(mapping[`${prefix}-users-000001`]?.mappings).toMatchObject({
      dynamic: 'strict',
      properties: { features: { enabled: false } },
    });
  });

  it('leaves a newer template as it is, and replaces an older one and the mapping made from it', async () => {
    const prefix = freshPrefix();
    const name = `${prefix}-users`;
    const put = (version: number) =>
      client.indices.putIndexTemplate({
        name,
        version,
        index_patterns: [`${name}-*`],
        template: {
          mappings: { dynamic: 'strict', _meta: { version }, properties: { user_id: { type: 'keyword' } } },
        },
      });
    const installed = async () =>
      (await client.indices.getIndexTemplate({ name })).index_templates[0]?.index_template;
    const fields = async () => {
      const mapping = await client.indices.getMapping({ index: name });
      return Object.keys(Object.values(mapping)[0]?.mappings.properties ?? {});
    };
    await put(1_000);
    await ensureIndex(client, { prefix, name: 'users' });
    expect((await installed())?.version).toBe(1_000);
    expect(await fields()).toEqual(['user_id']);

    await client.indices.delete({ index: `${name}-000001` });
    await put(0);
    await client.indices.create({ index: `${name}-000001`, aliases: { [name]: {} } });
    await ensureIndex(client, { prefix, name: 'users' });
    expect((await installed())?.version).toBe(1);
    expect(await fields()).toContain('features');
  });

  it('goes on with an index that can not be brought up in place, adds what it takes, and names the remedy', async () => {
    const [prefix, name] = [freshPrefix(), 'users'];
    const alias = `${prefix}-${name}`;
    await client.indices.create({
      index: `${alias}-old`,
      aliases: { [alias]: {} },
      mappings: { dynamic: 'strict', _meta: { version: 0 }, properties: { user_id: { type: 'text' } } },
    });
    const outdated: HunchError[] = [];
    const onOutdated = (error: HunchError) => outdated.push(error);
    for (let start = 0; start < 2; start += 1) {
      expect(await ensureIndex(client, { prefix, name, onOutdated })).toBe(alias);
    }
    expect(outdated).toMatchObject(
      [1, 2].map(() => ({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(/of version 0.*\[user_id\].*run `hunch reindex users`/s),
      })),
    );
    await writeTo(alias, ['u1']);
  });

  it('builds an index aside: what served before serves until all is there', async () => {
    const { alias, ...index } = await makeIndex();
    await writeTo(alias, ['old']);
    await client.indices.refresh({ index: alias });
    const [first] = await physicalIndices(alias);
    await rebuildIndex(client, { ...index, clock }, async (physical) => {
      await writeTo(physical, ['new', 'newer'], true);
      await client.indices.refresh({ index: physical });
      expect(await searched(alias)).toEqual(['old']);
      const settings = await client.indices.getSettings({ index: physical });
      expect(settings[physical]?.settings?.index?.refresh_interval).toBe('-1');
    });
    expect(await searched(alias)).toEqual(['new', 'newer']);
    const [serving, ...others] = await physicalIndices(alias);
    expect(others).toEqual([]);
    expect(serving).not.toBe(first);
    const settings = await client.indices.getSettings({ index: alias });
    expect(settings[serving ?? '']?.settings?.index?.refresh_interval).toBe('60s');
  });

  it('keeps the old index serving where filling the new one fails', async () => {
    const { alias, ...index } = await makeIndex();
    await writeTo(alias, ['old']);
    const before = await physicalIndices(alias);
    const failing = rebuildIndex(client, { ...index, clock }, async (physical) => {
      await writeTo(physical, ['new'], true);
      throw new Error('the source broke off');
    });
    await expect(failing).rejects.toThrow('the source broke off');
    expect(await physicalIndices(alias)).toEqual(before);
    await client.indices.refresh({ index: alias });
    expect(await searched(alias)).toEqual(['old']);
  });

  it('lets one of two rebuilds win, and leaves nothing of the other', async () => {
    const { alias, ...index } = await makeIndex();
    const slow = rebuildIndex(client, { ...index, clock }, async (physical) => {
      await rebuildIndex(client, { ...index, clock: () => clock() + 1 }, (other) =>
        writeTo(other, ['fast'], true),
      );
      await writeTo(physical, ['slow'], true);
    });
    await expect(slow).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(alias) });
    expect(await searched(alias)).toEqual(['fast']);
    expect(await physicalIndices(alias)).toHaveLength(1);
  });

  it('removes what a killed rebuild left a day ago, and leaves one that may be under way', async () => {
    const { alias, ...index } = await makeIndex();
    await client.indices.create({ index: `${alias}-left` });
    await rebuildIndex(client, { ...index, clock }, async () => {});
    expect(await physicalIndices(alias)).toContain(`${alias}-left`);
    await rebuildIndex(client, { ...index, clock: () => clock() + 25 * 3_600_000 }, async () => {});
    expect(await physicalIndices(alias)).toHaveLength(1);
  });

  it('writes all of a long source, and names each document that does not fit', async () => {
    const { alias } = await makeIndex();
    async function* source(): AsyncGenerator<BulkOperation> {
      for (let index = 0; index < 5_000; index += 1) {
        const bad = index % 1_000 === 7;
        const body = bad ? { ...document(`u${index}`), unknown_field: 1 } : document(`u${index}`);
        yield { action: 'index', id: `u${index}`, document: body };
      }
    }
    const { written, failed, failures } = await bulkWrite(client, source(), {
      index: alias,
      flushBytes: 50_000,
    });
    expect({ written, failed }).toEqual({ written: 4_995, failed: 5 });
    const bad = ['u1007', 'u2007', 'u3007', 'u4007', 'u7'];
    expect(failures.map(({ id }) => id).toSorted()).toEqual(bad);
    expect(failures[0]).toMatchObject({ status: 400, type: 'strict_dynamic_mapping_exception' });
    await client.indices.refresh({ index: alias });
    expect((await client.count({ index: alias })).count).toBe(4_995);
  });

  it('writes what stands beside a conflict, and gives the conflict', async () => {
    const { alias } = await makeIndex();
    await writeTo(alias, ['a']);
    const failures = await sendBulk(
      client,
      [
        { action: 'create', id: 'a', document: document('a') },
        { action: 'delete', id: 'nobody' },
        { action: 'index', id: 'b', document: document('b') },
        {
          action: 'index',
          id: 'a',
          document: document('a', 2),
          ifVersion: { index: `${alias}-000001`, seqNo: 99, primaryTerm: 1 },
        },
        { action: 'index', id: 'a', document: document('a', 7) },
      ],
      { index: alias },
    );
    expect(failures.map(({ id, status }) => [id, status])).toEqual([
      ['a', 409],
      ['a', 409],
    ]);
    expect((await client.get({ index: alias, id: 'a' }))._source).toMatchObject({ votes: 7 });
  });

  it('says which index is missing, and does not make it by writing', async () => {
    const missing = `${freshPrefix()}-users`;
    const write = sendBulk(client, [{ action: 'index', id: 'a', document: document('a') }], {
      index: missing,
    });
    await expect(write).resolves.toMatchObject([{ status: 404, reason: expect.stringContaining(missing) }]);
    expect(await client.indices.exists({ index: missing })).toBe(false);
  });
});
