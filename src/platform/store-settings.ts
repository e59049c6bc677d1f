import { HunchError } from '../domain/errors.js';

export interface ElasticsearchFeatures {
  readonly backend: 'elasticsearch';
  /** Roots of the nodes, without credentials and without a slash at the end. */
  readonly nodes: readonly string[];
  readonly auth: ElasticsearchAuth | null;
  /** What the names of all indices begin with. */
  readonly prefix: string;
}

/** Where features and catalogue are kept, and how one gets in. */
export type FeaturesSettings = { readonly backend: 'lmdb'; readonly folder: string } | ElasticsearchFeatures;

export type ElasticsearchAuth =
  | { readonly apiKey: string }
  | { readonly username: string; readonly password: string };

export interface BigQueryLocation {
  readonly backend: 'bigquery';
  readonly project: string;
  readonly dataset: string;
  /** Root of a server that stands in for Google's; null: Google's, with application default credentials. */
  readonly endpoint: string | null;
  /** Null: the location of the dataset. */
  readonly location: string | null;
}

/** Where votes, impressions and polls are kept. */
export type WarehouseSettings = { readonly backend: 'duckdb'; readonly folder: string } | BigQueryLocation;

const unusable = (message: string): HunchError => new HunchError('INVALID_CONFIGURATION', message);

const wants = (what: string, value: string): HunchError =>
  unusable(`wants ${what}; got "${withoutCredentials(value)}"`);

/** What may be shown of a value: a user and password in a URL are no one else's business. */
const withoutCredentials = (value: string): string => value.replace(/\/\/[^/\s]*@/g, '//***@');

const FEATURES_FORMS = 'lmdb:FOLDER or http(s)://HOST:PORT, several nodes separated by spaces';

const isHttp = (url: string): boolean => /^https?:\/\//i.test(url);

/** The root of one server, such as `https://search.example.com:9243`; a path is kept, since proxies use one. */
function httpRoot(text: string): URL {
  if (!isHttp(text) || !URL.canParse(text)) throw wants('http(s)://HOST:PORT', text);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw unusable(
      `wants no user and password inside the URL (${withoutCredentials(text)}), where logs would show them`,
    );
  }
  if (url.search !== '' || url.hash !== '') throw wants('http(s)://HOST:PORT without a query', text);
  return url;
}

const rootText = (url: URL): string => url.href.replace(/\/+$/, '');

/** `lmdb:FOLDER`: what comes after the colon, as written. Null where the text is of another scheme. */
function folderOf(scheme: string, text: string): string | null {
  if (!text.startsWith(`${scheme}:`)) return null;
  const folder = text.slice(scheme.length + 1);
  return folder === '' ? null : folder;
}

/** The nodes of `http://a:9200 http://b:9200`. Throws INVALID_CONFIGURATION. */
function elasticsearchNodes(text: string): readonly string[] {
  const roots = text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => {
      if (!isHttp(part)) throw wants(FEATURES_FORMS, text);
      return httpRoot(part);
    });
  if (new Set(roots.map((root) => root.protocol)).size > 1) {
    throw wants('nodes that are all http or all https', text);
  }
  return [...new Set(roots.map(rootText))];
}

/** What FEATURES_URL names. Throws INVALID_CONFIGURATION. */
export function parseFeaturesUrl(
  text: string,
): { readonly folder: string } | { readonly nodes: readonly string[] } {
  const folder = folderOf('lmdb', text);
  if (folder !== null) return { folder };
  if (!isHttp(text.trim())) throw wants(FEATURES_FORMS, text);
  return { nodes: elasticsearchNodes(text) };
}

const BIGQUERY_FORM = 'bigquery://PROJECT/DATASET[?endpoint=http(s)://HOST:PORT&location=LOCATION]';
/** A project may lie below a domain: `example.com:polls`. */
const BIGQUERY = /^bigquery:\/\/((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*)\/([A-Za-z0-9_]+)\/?(?:\?(.*))?$/;
const LOCATION = /^[A-Za-z]+(-[A-Za-z0-9]+)*$/;

/** What WAREHOUSE_URL names. Throws INVALID_CONFIGURATION. */
export function parseWarehouseUrl(text: string): WarehouseSettings {
  const folder = folderOf('duckdb', text);
  if (folder !== null) return { backend: 'duckdb', folder };
  const [matched, project = '', dataset = '', query = ''] = BIGQUERY.exec(text) ?? [];
  if (matched === undefined) throw wants(`duckdb:FOLDER or ${BIGQUERY_FORM}`, text);
  const parameters = new URLSearchParams(query);
  const once = (name: string): string | null => {
    const values = parameters.getAll(name);
    if (values.length > 1) throw wants(`one ${name} in ${BIGQUERY_FORM}`, text);
    return values[0] ?? null;
  };
  const unknown = [...parameters.keys()].find((name) => name !== 'endpoint' && name !== 'location');
  if (unknown !== undefined) throw wants(`only endpoint and location after the ? of ${BIGQUERY_FORM}`, text);
  const [endpoint, location] = [once('endpoint'), once('location')];
  if (location !== null && !LOCATION.test(location))
    throw wants('a location such as EU or europe-west1', text);
  return {
    backend: 'bigquery',
    project,
    dataset,
    endpoint: endpoint === null ? null : rootText(httpRoot(endpoint)),
    location,
  };
}

export interface FeaturesVariables {
  readonly FEATURES_API_KEY?: string | undefined;
  readonly FEATURES_USERNAME?: string | undefined;
  readonly FEATURES_PASSWORD?: string | undefined;
}

const PASSWORD_PAIR = ['FEATURES_USERNAME', 'FEATURES_PASSWORD'] as const;

/**
 * How one gets into what FEATURES_URL names; null for an open server. Throws INVALID_CONFIGURATION, whose message names the variables:
 * a key without Elasticsearch would mean that the embedded store is used by mistake.
 */
export function elasticsearchAuth(
  variables: FeaturesVariables,
  { isElasticsearch }: { readonly isElasticsearch: boolean },
): ElasticsearchAuth | null {
  const { FEATURES_API_KEY: apiKey, FEATURES_USERNAME: username, FEATURES_PASSWORD: password } = variables;
  const given = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length === 0) return null;
  if (!isElasticsearch) {
    throw unusable(`${given.join(', ')}: wants FEATURES_URL to be http(s)://HOST:PORT of Elasticsearch`);
  }
  if (apiKey !== undefined && given.length > 1) {
    throw unusable(`FEATURES_API_KEY: wants no ${PASSWORD_PAIR.join(' and no ')} beside it`);
  }
  if (apiKey !== undefined) return { apiKey };
  if (username !== undefined && password !== undefined) return { username, password };
  const missing = username === undefined ? PASSWORD_PAIR[0] : PASSWORD_PAIR[1];
  throw unusable(`${given.join()}: wants ${missing} beside it`);
}
