import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';

const features = (variables: Readonly<Record<string, string>>) => parseConfig(variables).features;
const warehouse = (url: string) => parseConfig({ WAREHOUSE_URL: url }).warehouse;
const refusal = (variables: Readonly<Record<string, string>>): string => {
  try {
    parseConfig(variables);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    return error instanceof Error ? error.message : '';
  }
  return '';
};

describe('FEATURES_URL', () => {
  it('is a folder below DATA_DIR where it is absent', () => {
    expect(features({ DATA_DIR: '/srv' })).toEqual({ backend: 'lmdb', folder: '/srv/features' });
    expect(features({ FEATURES_URL: 'lmdb:C:\\hunch' })).toEqual({ backend: 'lmdb', folder: 'C:\\hunch' });
  });

  it('names the nodes of an Elasticsearch, each once', () => {
    const FEATURES_URL = ' https://a.example:9200  https://b.example/es/ https://a.example:9200/';
    expect(features({ FEATURES_URL })).toEqual({
      backend: 'elasticsearch',
      nodes: ['https://a.example:9200', 'https://b.example/es'],
      auth: null,
      prefix: 'hunch',
    });
  });

  it.each([
    ['ftp://a', /wants lmdb:FOLDER or http\(s\):\/\/HOST:PORT.*got "ftp:\/\/a"/],
    ['lmdb:', /wants lmdb:FOLDER/],
    ['http://a:9200 lmdb:x', /wants lmdb:FOLDER or/],
    ['http://a:9200 https://b:9200', /all http or all https/],
    ['http://a:99999', /wants http\(s\):\/\/HOST:PORT; got/],
    ['http://a:9200?pretty', /without a query/],
  ])('refuses %s', (FEATURES_URL, message) => {
    expect(refusal({ FEATURES_URL })).toMatch(/FEATURES_URL: wants/);
    expect(refusal({ FEATURES_URL })).toMatch(message);
  });

  it.each(['https://ada:hunter2@a:9200', 'ftp://ada:hunter2@a', 'https://b:9200 http://ada:hunter2@a:9200'])(
    'does not repeat the password of %s',
    (FEATURES_URL) => {
      const message = refusal({ FEATURES_URL });
      expect(message).toContain('***@a');
      expect(message).not.toContain('hunter2');
      expect(message).not.toContain('ada');
    },
  );
});

describe('the way into Elasticsearch', () => {
  const FEATURES_URL = 'https://a:9200';

  it('is a key, or a user with a password', () => {
    expect(features({ FEATURES_URL, FEATURES_API_KEY: 'k' })).toMatchObject({ auth: { apiKey: 'k' } });
    expect(features({ FEATURES_URL, FEATURES_USERNAME: 'u', FEATURES_PASSWORD: 'p' })).toMatchObject({
      auth: { username: 'u', password: 'p' },
    });
  });

  it.each([
    [{ FEATURES_USERNAME: 'u' }, /FEATURES_USERNAME: wants FEATURES_PASSWORD beside it/],
    [{ FEATURES_PASSWORD: 'secret' }, /FEATURES_PASSWORD: wants FEATURES_USERNAME beside it/],
    [{ FEATURES_API_KEY: 'secret', FEATURES_USERNAME: 'u' }, /FEATURES_API_KEY: wants no FEATURES_USERNAME/],
  ])('is refused where it is %o', (variables, message) => {
    expect(refusal({ FEATURES_URL, ...variables })).toMatch(message);
    expect(refusal({ FEATURES_URL, ...variables })).not.toContain('secret');
  });

  it('is refused without Elasticsearch, which would not be used', () => {
    expect(refusal({ FEATURES_API_KEY: 'k' })).toMatch(/FEATURES_API_KEY: wants FEATURES_URL to be/);
  });

  it.each(['Hunch', '-a', 'a*', 'a,b'])('wants no prefix %s', (FEATURES_INDEX_PREFIX) => {
    expect(refusal({ FEATURES_INDEX_PREFIX })).toMatch(
      /FEATURES_INDEX_PREFIX: wants up to 100 small letters/,
    );
  });
});

describe('WAREHOUSE_URL', () => {
  it('is a folder, or a dataset of BigQuery', () => {
    expect(warehouse('duckdb:./w')).toEqual({ backend: 'duckdb', folder: './w' });
    expect(warehouse('bigquery://acme-prod/polls')).toEqual({
      backend: 'bigquery',
      project: 'acme-prod',
      dataset: 'polls',
      endpoint: null,
      location: null,
    });
    expect(
      warehouse('bigquery://example.com:acme/polls_eu?endpoint=http://127.0.0.1:9050/&location=europe-west1'),
    ).toEqual({
      backend: 'bigquery',
      project: 'example.com:acme',
      dataset: 'polls_eu',
      endpoint: 'http://127.0.0.1:9050',
      location: 'europe-west1',
    });
  });

  it.each([
    ['bigquery://acme', /wants duckdb:FOLDER or bigquery:\/\/PROJECT\/DATASET/],
    ['bigquery://acme/po-lls', /wants duckdb:FOLDER or bigquery/],
    ['bigquery://acme/polls?region=EU', /only endpoint and location/],
    ['bigquery://acme/polls?location=EU&location=US', /one location/],
    ['bigquery://acme/polls?location=', /a location such as/],
    ['bigquery://acme/polls?endpoint=localhost:9050', /wants http\(s\):\/\/HOST:PORT; got "localhost:9050"/],
  ])('refuses %s', (WAREHOUSE_URL, message) => {
    expect(refusal({ WAREHOUSE_URL })).toMatch(/WAREHOUSE_URL: wants/);
    expect(refusal({ WAREHOUSE_URL })).toMatch(message);
  });
});
