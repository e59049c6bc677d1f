import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import { type Clock, DAY, type Millis } from '../../domain/time.js';
import { packageRoot } from '../package-root.js';
import { JOB_TIMEOUT_MS } from './connection.js';
import { explained } from './explained.js';
import { releaseForgottenHolds, type WriteHold } from './write-hold.js';

/** One logical index: `PREFIX-NAME` is an alias of the one physical index `PREFIX-NAME-…` that serves. */
export interface IndexName {
  readonly prefix: string;
  /** Also the name of its template's file, `deploy/elasticsearch/NAME.json`. */
  readonly name: string;
}

export interface EnsureOptions extends IndexName {
  readonly clock?: Clock;
  /** Hears that the live index is of an older release, and `hunch reindex` has to bring it up to this one. */
  readonly onOutdated?: ((error: HunchError) => void) | undefined;
}

export interface RebuildOptions extends IndexName {
  readonly clock: Clock;
  /** The last that is done before the alias moves, which it only does while the hold that this gives is there. */
  readonly beforeSwap?: () => Promise<WriteHold>;
}

const PATIENT = { requestTimeout: JOB_TIMEOUT_MS, maxRetries: 5 };
/** For looks before anything is changed: where the servers hang, that is known soon. */
const QUICK = { requestTimeout: 5_000 };
/** The first physical index has a fixed name: of several processes that make it at once, one does. */
const FIRST = '000001';
const SERVERS_DEFAULT_REFRESH = '1s';
/** What a killed rebuild left is removed by a later one: none takes longer than this. */
const LEFT_BEHIND_AFTER: Millis = DAY;
const READERS_LEAVE_MS = 1_000;

const templateFile = z.object({
  index_patterns: z.array(z.string()),
  priority: z.number().default(200),
  version: z.number().int(),
  /** `in_place_from`: an index of that version or later only lacks fields; an older one has to be built anew. */
  _meta: z.looseObject({ in_place_from: z.number().int() }),
  template: z.object({
    settings: z.record(z.string(), z.unknown()),
    mappings: z.record(z.string(), z.unknown()),
  }),
});
type TemplateFile = z.infer<typeof templateFile>;

export const aliasOf = ({ prefix, name }: IndexName): string => `${prefix}-${name}`;

/**
 * Makes sure that the index is there, and gives its alias. Installs the template where it is missing or older than the one of
 * this release, never over a newer one, and adds to the live index the fields that it lacks. Where adding fields does not do,
 * the index serves on as it is, and `onOutdated` hears of it. Ends a write block that a killed `reindex` has left. Several
 * processes may do it at once.
 */
export async function ensureIndex(client: Client, options: EnsureOptions): Promise<string> {
  const { clock = Date.now } = options;
  const alias = aliasOf(options);
  try {
    const template = await readTemplate(options);
    await ensureTemplate(client, alias, template);
    if (await client.indices.existsAlias({ name: alias }, QUICK)) {
      await releaseForgottenHolds(client, { alias, now: clock() });
      await bringUpToDate(client, template, options);
    } else await createFirst(client, alias);
  } catch (error) {
    throw explained(error, `make the index ${alias}`);
  }
  return alias;
}

/**
 * Builds the index anew beside the one that serves: `fill` writes to the physical index whose name it gets, and then the alias
 * moves at once. Where filling fails, the new index goes and the old one serves on. Of two rebuilds at once the later to end
 * rejects with CONFLICT. Changes made to the old index meanwhile are the caller's to carry over.
 */
export async function rebuildIndex(
  client: Client,
  options: RebuildOptions,
  fill: (physicalIndex: string, serving: readonly string[]) => Promise<void>,
): Promise<void> {
  await ensureIndex(client, options);
  const alias = aliasOf(options);
  const now = options.clock();
  const next = `${alias}-${stampOf(now)}`;
  const before = await callFor(alias, () => servingIndices(client, alias));
  try {
    await client.indices.create({ index: next, settings: { index: { refresh_interval: '-1' } } }, PATIENT);
  } catch (error) {
    if (isThereAlready(error)) throw new HunchError('CONFLICT', `${next} is being built by somebody else.`);
    throw explained(error, `rebuild the index ${alias}`);
  }
  try {
    await fill(next, before);
    await callFor(alias, () => bringIn(client, alias, next));
    const hold = (await options.beforeSwap?.()) ?? null;
    await swap(client, alias, { before, next, hold });
  } catch (error) {
    await client.indices.delete({ index: next }, { ...PATIENT, ignore: [404] }).catch(() => undefined);
    throw error;
  }
  // Whoever has looked up the alias just before still reads from the old index.
  await delay(READERS_LEAVE_MS);
  await callFor(alias, () => removeLeftBehind(client, alias, { before, olderThan: now - LEFT_BEHIND_AFTER }));
}

/** The template of this release, for indices of the prefix. */
export async function readTemplate({ prefix, name }: IndexName): Promise<TemplateFile> {
  const path = join(packageRoot(), 'deploy', 'elasticsearch', `${name}.json`);
  const template = templateFile.parse(JSON.parse(await readFile(path, 'utf8')));
  return {
    ...template,
    index_patterns: template.index_patterns.map((pattern) => pattern.replace('PREFIX', prefix)),
  };
}

async function ensureTemplate(client: Client, name: string, template: TemplateFile): Promise<void> {
  const { index_templates: found = [] } = await client.indices.getIndexTemplate(
    { name },
    { ...QUICK, ignore: [404] },
  );
  const installed = found[0]?.index_template.version ?? null;
  if (installed !== null && installed >= template.version) return;
  const { settings, mappings } = template.template;
  // The version goes into each index's mapping too: an index is older than its template after an upgrade.
  const stamped = { ...mappings, _meta: { version: template.version } };
  const { index_patterns, priority, version, _meta } = template;
  await client.indices.putIndexTemplate(
    {
      name,
      index_patterns,
      priority,
      version,
      _meta,
      // A late write to an index that has been replaced must not make it again.
      allow_auto_create: false,
      template: { settings, mappings: stamped },
    },
    PATIENT,
  );
}

/** Brings the live index up to the template as far as that can be done in place. */
async function bringUpToDate(client: Client, template: TemplateFile, options: EnsureOptions): Promise<void> {
  const { name, onOutdated = () => undefined } = options;
  const alias = aliasOf(options);
  const present = await liveVersion(client, alias);
  const { version, template: content } = template;
  if (present >= version) return;
  const { properties = {} } = content.mappings as estypes.MappingTypeMapping;
  const refusals = await addFields(client, alias, properties);
  if (refusals.length === 0 && present >= template._meta.in_place_from) {
    await client.indices.putMapping({ index: alias, _meta: { version } }, PATIENT);
    return;
  }
  const why = refusals[0] ?? 'what differs is fixed when an index is made';
  onOutdated(
    new HunchError(
      'INVALID_CONFIGURATION',
      `The index ${alias} is of version ${present}, and can not be brought up to ${version} as it is (${why}). It serves on ` +
        `as before; run \`hunch reindex ${name}\`, which builds it anew while it serves.`,
    ),
  );
}

/** Adds fields to the live index, each that it takes; gives why it does not take the others. */
async function addFields(
  client: Client,
  alias: string,
  properties: Readonly<Record<string, estypes.MappingProperty>>,
): Promise<string[]> {
  const put = async (fields: typeof properties): Promise<string | null> => {
    try {
      await client.indices.putMapping({ index: alias, properties: fields }, PATIENT);
      return null;
    } catch (error) {
      if (error instanceof errors.ResponseError && error.statusCode === 400) return error.message;
      throw error;
    }
  };
  if ((await put(properties)) === null) return [];
  const refusals: string[] = [];
  for (const [field, property] of Object.entries(properties)) {
    const refusal = await put({ [field]: property });
    if (refusal !== null) refusals.push(refusal);
  }
  return refusals;
}

/** The version of the template that the index was made by, or brought up to; 0 where it tells none. */
async function liveVersion(client: Client, alias: string): Promise<number> {
  const mappings = await client.indices.getMapping({ index: alias }, PATIENT);
  const versions = Object.values(mappings).map(({ mappings: { _meta } }) => _meta?.version);
  return Math.min(...versions.map((version) => (typeof version === 'number' ? version : 0)));
}

async function createFirst(client: Client, alias: string): Promise<void> {
  try {
    await client.indices.create({ index: `${alias}-${FIRST}`, aliases: { [alias]: {} } }, PATIENT);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
}

const isThereAlready = (error: unknown): boolean =>
  error instanceof errors.ResponseError && error.message.includes('resource_already_exists_exception');

/** Makes what was written searchable, and has the index behave as its template says from now on. */
async function bringIn(client: Client, alias: string, index: string): Promise<void> {
  const { index_templates: found } = await client.indices.getIndexTemplate({ name: alias }, PATIENT);
  const settings = found[0]?.index_template.template?.settings;
  const interval = settings?.refresh_interval ?? settings?.index?.refresh_interval ?? SERVERS_DEFAULT_REFRESH;
  await client.indices.putSettings({ index, settings: { index: { refresh_interval: interval } } }, PATIENT);
  await client.indices.refresh({ index }, PATIENT);
}

/** The physical indices that the alias stands for. */
export async function servingIndices(client: Client, alias: string): Promise<string[]> {
  return Object.keys(await client.indices.getAlias({ name: alias }, PATIENT));
}

async function swap(
  client: Client,
  alias: string,
  {
    before,
    next,
    hold,
  }: { readonly before: readonly string[]; readonly next: string; readonly hold: WriteHold | null },
): Promise<void> {
  const leaving = before.map((index) => ({ index, alias }));
  if (hold !== null) leaving.push({ index: hold.index, alias: hold.mark });
  const removals = leaving.map((each) => ({ remove: { ...each, must_exist: true } }));
  try {
    await client.indices.updateAliases({ actions: [...removals, { add: { index: next, alias } }] }, PATIENT);
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) {
      throw new HunchError(
        'CONFLICT',
        `${alias} was rebuilt or released by somebody else meanwhile: the index built by this run is dropped.`,
        { cause: error },
      );
    }
    throw explained(error, `swap the alias ${alias}`);
  }
}

/** Deletes the index that served before, and what rebuilds that were killed have left. */
async function removeLeftBehind(
  client: Client,
  alias: string,
  { before, olderThan }: { readonly before: readonly string[]; readonly olderThan: Millis },
): Promise<void> {
  const all = await client.indices.get({ index: `${alias}-*`, features: ['aliases', 'settings'] }, PATIENT);
  const idle = Object.entries(all).filter(([, { aliases }]) => aliases === undefined || !(alias in aliases));
  const old = idle.filter(
    ([name, { settings }]) => before.includes(name) || Number(settings?.index?.creation_date) < olderThan,
  );
  if (old.length === 0) return;
  await client.indices.delete({ index: old.map(([name]) => name) }, { ...PATIENT, ignore: [404] });
}

async function callFor<T>(alias: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explained(error, `rebuild the index ${alias}`);
  }
}

/** 20261124-101500-123: sorts by time, and may stand in an index name. */
const stampOf = (time: Millis): string =>
  new Date(time).toISOString().replace(/[-:Z]/g, '').replace('T', '-').replace('.', '-');
