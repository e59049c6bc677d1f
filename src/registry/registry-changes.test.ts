import { array, assert, constant, integer, oneof, property, record as shape } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelVersion, modelVersion, runId } from '../domain/ids.js';
import { withAnnounced, withCanary, withChampion, withNewest, withPublished } from './registry-changes.js';
import { emptyRegistry, findVersion, type RegistryDocument, registryDocument } from './registry-document.js';

const record = (version: ModelVersion, trainedAt: number) => ({
  version,
  state: 'CHALLENGER' as const,
  runId: runId('run'),
  trainedAt,
  dataThrough: null,
  metrics: [{ name: 'auc', value: 0.75 }],
  parameters: {},
  checksums: {},
});
const version = (n: number): ModelVersion => modelVersion(`v${n}`);

const act = oneof(
  shape({ act: constant('publish' as const), n: integer({ min: 0, max: 9 }) }),
  shape({ act: constant('promote' as const), n: integer({ min: 0, max: 9 }) }),
  shape({ act: constant('rollback' as const), n: constant(0) }),
  shape({ act: constant('canary' as const), n: integer({ min: 0, max: 9 }) }),
  shape({ act: constant('announce' as const), n: constant(0) }),
  shape({ act: constant('prune' as const), n: integer({ min: 2, max: 4 }) }),
);

/** What the registry does with an operator's or a flow's act; acts on versions that are not there are refused before. */
function apply(
  document: RegistryDocument,
  { act, n }: { act: string; n: number },
  at: number,
): RegistryDocument {
  const known = findVersion(document, version(n)) !== null;
  switch (act) {
    case 'publish':
      return withPublished(document, record(version(n), at), at);
    case 'promote':
      return known ? withChampion(document, version(n), { act: 'PROMOTED', at }) : document;
    case 'rollback':
      return document.previous === null
        ? document
        : withChampion(document, document.previous, { act: 'ROLLED_BACK', at });
    case 'canary':
      return known && document.champion !== version(n)
        ? withCanary(document, { version: version(n), percent: n * 10 }, at)
        : document;
    case 'announce':
      return withAnnounced(document, at);
    default:
      return withNewest(document, n);
  }
}

describe('changes of a registry', () => {
  it('keep the document whole, whatever is done in whatever order', () => {
    assert(
      property(array(act, { maxLength: 150 }), (acts) => {
        let document = emptyRegistry('POPULAR');
        for (const [at, each] of acts.entries()) {
          document = apply(document, each, at);
          const names = document.versions.map((one) => one.version);
          for (const named of [document.champion, document.previous, document.canary?.version]) {
            if (named !== null && named !== undefined) expect(names).toContain(named);
          }
          const champions = document.versions.filter((one) => one.state === 'CHAMPION');
          expect(champions.map((one) => one.version)).toEqual(
            document.champion === null ? [] : [document.champion],
          );
          expect(document.canary?.version).not.toBe(document.champion ?? 'none');
          expect(new Set(names).size).toBe(names.length);
          expect(document.history.length).toBeLessThanOrEqual(100);
          const sequences = document.history.map((entry) => entry.sequence);
          expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
        }
        expect(registryDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
      }),
      { numRuns: 200 },
    );
  });

  it('announce each reign of a champion once, with metrics and what served before', () => {
    let document = emptyRegistry('POPULAR');
    for (const n of [1, 2]) document = withPublished(document, record(version(n), n), n);
    expect(withAnnounced(document, 3)).toBe(document);
    document = withAnnounced(withChampion(document, version(1), { act: 'PROMOTED', at: 4 }), 5);
    expect(withAnnounced(document, 6)).toBe(document);
    document = withAnnounced(withChampion(document, version(2), { act: 'PROMOTED', at: 7 }), 8);
    document = withAnnounced(withChampion(document, version(1), { act: 'ROLLED_BACK', at: 9 }), 10);
    const told = document.history.filter((entry) => entry.act === 'ANNOUNCED');
    expect(told).toMatchObject([
      { version: 'v1', previousVersion: null, at: 5, metrics: [{ name: 'auc', value: 0.75 }] },
      { version: 'v2', previousVersion: 'v1', at: 8 },
      { version: 'v1', previousVersion: 'v2', at: 10 },
    ]);
  });

  it('end the canary when its version becomes champion', () => {
    let document = emptyRegistry('POPULAR');
    for (const n of [1, 2]) document = withPublished(document, record(version(n), n), n);
    document = withCanary(document, { version: version(2), percent: 5 }, 3);
    document = withChampion(document, version(2), { act: 'PROMOTED', at: 4 });
    expect(document.canary).toBeNull();
    expect(document.history.at(-1)).toMatchObject({ act: 'CANARY_ENDED', version: 'v2' });
  });

  it('leave nothing to roll back to after a rollback', () => {
    let document = emptyRegistry('POPULAR');
    for (const n of [1, 2]) document = withPublished(document, record(version(n), n), n);
    for (const n of [1, 2]) document = withChampion(document, version(n), { act: 'PROMOTED', at: n });
    expect(document.previous).toBe('v1');
    expect(withChampion(document, version(1), { act: 'ROLLED_BACK', at: 9 }).previous).toBeNull();
  });
});
