import { z } from 'zod';
import type { ModelVersion, RunId } from '../domain/ids.js';
import { MODEL_NAMES, type ModelMetric, type ModelName } from '../domain/model.js';

const version = z
  .string()
  .min(1)
  .transform((value) => value as ModelVersion);
const metric = z.object({ name: z.string(), value: z.number() }) satisfies z.ZodType<ModelMetric>;

/** What a version is and where it comes from; written once, at publishing. */
export const versionRecord = z.object({
  version,
  state: z.enum(['CHALLENGER', 'CHAMPION', 'RETIRED']),
  runId: z.string().transform((value) => value as RunId),
  trainedAt: z.number(),
  /** The newest interaction the model has seen; null for a model from elsewhere. */
  dataThrough: z.number().nullable(),
  metrics: z.array(metric),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** SHA-256 by file name. */
  checksums: z.record(z.string(), z.string()),
});
export type VersionRecord = Readonly<z.infer<typeof versionRecord>>;

const historyEntry = z.object({
  /** Rises by one with each entry of the model, for ever: a reader knows by it what it has seen. */
  sequence: z.number().int().positive(),
  at: z.number(),
  act: z.enum(['PUBLISHED', 'PROMOTED', 'ROLLED_BACK', 'ANNOUNCED', 'CANARY_SET', 'CANARY_ENDED']),
  version,
  /** What served before; null where nothing did, or nothing changed. */
  previousVersion: version.nullable(),
  /** Of the version, where it was announced. */
  metrics: z.array(metric).default([]),
});
export type HistoryEntry = Readonly<z.infer<typeof historyEntry>>;

/** The registry of one model: which versions there are, which one serves, and what happened. */
export const registryDocument = z.object({
  schema: z.literal(1),
  model: z.enum(MODEL_NAMES),
  champion: version.nullable(),
  /** What `rollback` returns to. */
  previous: version.nullable(),
  canary: z.object({ version, percent: z.number().int().min(0).max(100) }).nullable(),
  versions: z.array(versionRecord),
  /** Announced refreshes and operators' acts, oldest first; the newest 100. */
  history: z.array(historyEntry),
});
export type RegistryDocument = Readonly<z.infer<typeof registryDocument>>;

/** The registry of a model that has no version yet. */
export const emptyRegistry = (model: ModelName): RegistryDocument => ({
  schema: 1,
  model,
  champion: null,
  previous: null,
  canary: null,
  versions: [],
  history: [],
});

/** The record of that version; null where the registry has none. */
export const findVersion = (document: RegistryDocument, wanted: ModelVersion): VersionRecord | null =>
  document.versions.find((record) => record.version === wanted) ?? null;
