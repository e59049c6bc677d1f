import type { ModelVersion } from '../domain/ids.js';
import type { Millis } from '../domain/time.js';
import {
  findVersion,
  type HistoryEntry,
  type RegistryDocument,
  type VersionRecord,
} from './registry-document.js';

const HISTORY_KEPT = 100;

type Happening = Pick<HistoryEntry, 'at' | 'act' | 'version'> & Partial<HistoryEntry>;

/** The changes of a registry document, as functions from one state to the next; the same document where nothing changes. */
export function withPublished(
  document: RegistryDocument,
  record: VersionRecord,
  at: Millis,
): RegistryDocument {
  if (findVersion(document, record.version) !== null) return document;
  return withEntry(
    { ...document, versions: [...document.versions, { ...record, state: 'CHALLENGER' }] },
    { at, act: 'PUBLISHED', version: record.version },
  );
}

/** Makes `version` the champion. After a rollback there is nothing to roll back to: the version rolled back is no refuge. */
export function withChampion(
  document: RegistryDocument,
  version: ModelVersion,
  change: { readonly act: 'PROMOTED' | 'ROLLED_BACK'; readonly at: Millis },
): RegistryDocument {
  const { champion } = document;
  if (champion === version) return document;
  const promoted: RegistryDocument = {
    ...document,
    champion: version,
    previous: change.act === 'ROLLED_BACK' ? null : champion,
    versions: document.versions.map((record) => {
      if (record.version === version) return { ...record, state: 'CHAMPION' };
      return record.version === champion ? { ...record, state: 'RETIRED' } : record;
    }),
  };
  const told = withEntry(promoted, { ...change, version, previousVersion: champion });
  return document.canary?.version === version ? withoutCanary(told, change.at) : told;
}

/** Gives `percent` of the users `version`; 0 ends the canary. */
export function withCanary(
  document: RegistryDocument,
  canary: { readonly version: ModelVersion; readonly percent: number },
  at: Millis,
): RegistryDocument {
  if (canary.percent === 0) return withoutCanary(document, at);
  if (document.canary?.version === canary.version && document.canary.percent === canary.percent)
    return document;
  return withEntry({ ...document, canary }, { at, act: 'CANARY_SET', version: canary.version });
}

function withoutCanary(document: RegistryDocument, at: Millis): RegistryDocument {
  if (document.canary === null) return document;
  const { version } = document.canary;
  return withEntry({ ...document, canary: null }, { at, act: 'CANARY_ENDED', version });
}

/** Tells of the champion, once for each time it became champion. */
export function withAnnounced(document: RegistryDocument, at: Millis): RegistryDocument {
  const { champion } = document;
  const change = lastOf(document, (entry) => entry.act === 'PROMOTED' || entry.act === 'ROLLED_BACK');
  if (champion === null || change === null) return document;
  const announced = lastOf(document, (entry) => entry.act === 'ANNOUNCED');
  if (announced !== null && announced.sequence > change.sequence) return document;
  return withEntry(document, {
    at,
    act: 'ANNOUNCED',
    version: champion,
    previousVersion: change.previousVersion,
    metrics: findVersion(document, champion)?.metrics ?? [],
  });
}

/** Drops all versions but the newest `keep` and those that serve or may have to: champion, the one before, canary. */
export function withNewest(document: RegistryDocument, keep: number): RegistryDocument {
  const newest = [...document.versions]
    .sort((a, b) => b.trainedAt - a.trainedAt || (a.version < b.version ? 1 : -1))
    .slice(0, keep)
    .map((record) => record.version);
  const kept = new Set<ModelVersion | null | undefined>([
    ...newest,
    document.champion,
    document.previous,
    document.canary?.version,
  ]);
  const versions = document.versions.filter((record) => kept.has(record.version));
  return versions.length === document.versions.length ? document : { ...document, versions };
}

/** The newest entry of that kind; null where there is none. */
export const lastOf = (
  document: RegistryDocument,
  matches: (entry: HistoryEntry) => boolean,
): HistoryEntry | null => document.history.findLast(matches) ?? null;

function withEntry(document: RegistryDocument, happening: Happening): RegistryDocument {
  const entry: HistoryEntry = {
    previousVersion: null,
    metrics: [],
    ...happening,
    sequence: (document.history.at(-1)?.sequence ?? 0) + 1,
  };
  return { ...document, history: [...document.history, entry].slice(-HISTORY_KEPT) };
}
