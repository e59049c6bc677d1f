import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ElasticsearchCatalogueStore } from '../../../src/datasources/catalogue/elasticsearch-catalogue-store.js';
import { ElasticsearchPolls } from '../../../src/datasources/search/elasticsearch-polls.js';
import {
  type PollSearchSetting,
  pollSearchContract,
  searchablePoll,
} from '../../../src/datasources/search/poll-search.contract.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';

describeWithElasticsearch('The search in Elasticsearch', (elasticsearch) => {
  let client: Client;
  beforeAll(async () => {
    const { urls } = await elasticsearch.start();
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client?.close());

  const open = async (): Promise<PollSearchSetting> => {
    const options = { client, prefix: freshPrefix() };
    const catalogue = await ElasticsearchCatalogueStore.open(options);
    return {
      search: await ElasticsearchPolls.open(options),
      fill: async (polls) => {
        await catalogue.upsert(polls.map((poll) => ({ poll, recordedAt: 1 })));
        await client.indices.refresh({ index: `${options.prefix}-polls` });
      },
    };
  };

  pollSearchContract('ElasticsearchPolls', open);

  describe('ElasticsearchPolls', () => {
    it.each([
      ['en', 'Should the city ban cars?', 'cities'],
      ['en-GB', 'Who is running the schools?', 'run'],
      ['de', 'Mehr Häuser aus Holz?', 'Haus'],
      ['fr', 'Que préférez-vous à l’école ?', 'préférer'],
      ['es', '¿Qué ciudades prefieres?', 'ciudad'],
      ['sv', 'Ska flickorna spela?', 'flicka'],
      ['ru', 'Какие города лучше?', 'город'],
    ])('finds inflected words of %s: %s', async (language, question, query) => {
      const { search, fill } = await open();
      await fill([
        searchablePoll('meant', question, { language }),
        searchablePoll('other', 'Tea?', { language }),
      ]);
      expect((await search.search(query, 10)).map((hit) => hit.pollId)).toEqual(['meant']);
    });

    it('finds polls that share a word in another form, and no poll for a word that all have', async () => {
      const { search, fill } = await open();
      const others = Array.from({ length: 30 }, (_, index) =>
        searchablePoll(`p${index}`, `Is topic${index} good?`, { language: 'en' }),
      );
      const one = searchablePoll('one', 'Is this city good?', { language: 'en' });
      const other = searchablePoll('other', 'Do good cities grow?', { language: 'en' });
      await fill([...others, one, other]);
      expect((await search.similar(one, 10)).map((hit) => hit.pollId)).toEqual(['other']);
      const draft = searchablePoll('draft', 'cities, сity, 都市', { language: 'ja' });
      expect((await search.similar(draft, 10)).map((hit) => hit.pollId)).toEqual(['other']);
    });

    it('puts a poll with the word itself before those with words that begin like it', async () => {
      const { search, fill } = await open();
      await fill([
        searchablePoll('longer', 'Hunde und Hundehalter'),
        searchablePoll('longest', 'Hundehalterverordnung'),
        searchablePoll('exact', 'Mehr Wiesen für jeden Hund in der Stadt, auch an Wochenenden?'),
      ]);
      const found = (await search.search('hund', 10)).map((hit) => hit.pollId);
      expect(found[0]).toBe('exact');
      expect(found).toHaveLength(3);
    });

    it('finds a written poll without being told of it', async () => {
      const options = { client, prefix: freshPrefix() };
      const catalogue = await ElasticsearchCatalogueStore.open(options);
      const search = await ElasticsearchPolls.open(options);
      await catalogue.upsert([{ poll: searchablePoll('p', 'Parrots?'), recordedAt: 1 }]);
      const found = await eventually(async () => (await search.search('parrots', 1))[0]);
      expect(found.pollId).toBe('p');
    });

    it('rejects for a moment while no node answers', async () => {
      const nowhere = connectElasticsearch({
        nodes: [`http://127.0.0.1:${await freePort()}`],
        auth: null,
        prefix: '',
      });
      const opening = ElasticsearchPolls.open({ client: nowhere, prefix: freshPrefix() });
      await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await nowhere.close();
    });
  });
});
