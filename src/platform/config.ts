import { z } from 'zod';
import { HunchError } from '../domain/errors.js';
import { optionId } from '../domain/ids.js';
import { DEFAULT_POLARITY, type Polarity } from '../domain/polarity.js';
import type { Scenarios } from '../domain/scenario.js';
import { checkSchedule } from './cron.js';
import { scenarioSettings, scenariosFrom } from './scenario-settings.js';
import {
  elasticsearchAuth,
  type FeaturesSettings,
  parseFeaturesUrl,
  parseWarehouseUrl,
  type WarehouseSettings,
} from './store-settings.js';

const list = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(z.string()));

const httpUrls = z
  .string()
  .transform((text) => text.split(/\s+/).filter((part) => part !== ''))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (url) => /^https?:\/\//.test(url),
          'wants roots of OIP servers, such as http://127.0.0.1:8080',
        ),
    ),
  );

const polarity = z.string().transform((text, context): Polarity => {
  const table = new Map<ReturnType<typeof optionId>, number>();
  for (const part of text.split(',')) {
    const [id, sign] = part.split('=').map((piece) => piece.trim());
    const value = Number(sign);
    if (!id || sign === undefined || ![1, 0, -1].includes(value)) {
      context.addIssue({
        code: 'custom',
        message: `wants OPTION=1|0|-1, separated by commas; got "${part}"`,
      });
      return z.NEVER;
    }
    table.set(optionId(id), value);
  }
  return table;
});

const succeeds = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};
const cron = z
  .string()
  .refine(
    (expression) => succeeds(() => checkSchedule({ expression, timeZone: 'UTC' })),
    'wants the five fields of cron',
  );
const timeZone = z
  .string()
  .refine(
    (zone) => succeeds(() => new Intl.DateTimeFormat('en', { timeZone: zone })),
    'wants an IANA time zone, such as Europe/Berlin',
  );

/** `wants` says in words what `fits` lets pass. */
const number = (wants: string, fits: (value: number) => boolean) =>
  z.string().transform((text, context): number => {
    const value = Number(text);
    if (text.trim() !== '' && fits(value)) return value;
    context.addIssue({ code: 'custom', message: `wants ${wants}; got "${text}"` });
    return z.NEVER;
  });
const wholeFrom = (least: number) =>
  number(`a whole number from ${least} on`, (value) => Number.isSafeInteger(value) && value >= least);

/** Less than this no step of a flow can do with. */
export const LEAST_STEP_MEMORY_MB = 128;
const port = number(
  'a whole number from 0 to 65535',
  (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
);
const positive = number('a number above 0', (value) => Number.isFinite(value) && value > 0);
const share = number('a number from 0 to 1', (value) => value >= 0 && value <= 1);

/** A URL that `parse` can read; its fault is told as the variable's. */
const urlFor = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof HunchError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
const indexPrefix = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,99}$/,
    'wants up to 100 small letters, digits, - and _, beginning with a letter or digit',
  );
const GIBIBYTE = 1024 ** 3;

/** One line a variable: the name, what it takes, what it is by default. `docs/configuration.md` is checked against it. */
const environment = z.object({
  DATA_DIR: z.string().min(1).default('./data'),
  WAREHOUSE_URL: urlFor(parseWarehouseUrl).optional(),
  WAREHOUSE_MAX_BYTES_BILLED: wholeFrom(1).default(100 * GIBIBYTE),
  WAREHOUSE_OVERLAP_HOURS: wholeFrom(1).default(48),
  WAREHOUSE_DUPLICATE_WINDOW_SECONDS: wholeFrom(0).default(60),
  FEATURES_URL: urlFor(parseFeaturesUrl).optional(),
  FEATURES_API_KEY: z.string().optional(),
  FEATURES_USERNAME: z.string().optional(),
  FEATURES_PASSWORD: z.string().optional(),
  FEATURES_INDEX_PREFIX: indexPrefix.default('hunch'),
  MODEL_STORE_URL: z.string().optional(),
  RUNS_URL: z.string().optional(),
  PERSONALISATION_URL: httpUrls.optional(),
  POPULAR_URL: httpUrls.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(4000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  REQUEST_BUDGET_MS: positive.default(50),
  INFERENCE_BUDGET_MS: positive.default(20),
  EVENT_SINK: z.enum(['warehouse', 'none']).default('warehouse'),
  OPTION_POLARITY: polarity.optional(),
  EXPLORATION_SHARE: share.default(0.1),
  SCENARIOS: scenarioSettings.optional(),
  ANSWER_LOG_DAYS: wholeFrom(0).default(30),
  PERSONALISE_CRON: cron.default('0 3 * * *'),
  POPULAR_CRON: cron.default('0 */2 * * *'),
  SCHEDULE_TIME_ZONE: timeZone.default('UTC'),
  STEP_THREADS: wholeFrom(1).optional(),
  STEP_MEMORY_MB: wholeFrom(LEAST_STEP_MEMORY_MB).default(1024),
  KEEP_VERSIONS: wholeFrom(2).default(5),
  AUTH_JWT_SECRET: z.string().min(32, 'wants 32 characters or more').optional(),
  SERVICE_KEYS: list.optional(),
  SIGNING_SECRET: z.string().min(32, 'wants 32 characters or more').optional(),
});

export type Environment = z.infer<typeof environment>;
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(environment.shape);

export interface Config
  extends Omit<
    Environment,
    'WAREHOUSE_URL' | 'FEATURES_URL' | 'MODEL_STORE_URL' | 'RUNS_URL' | 'OPTION_POLARITY' | 'SCENARIOS'
  > {
  readonly WAREHOUSE_URL: string;
  readonly FEATURES_URL: string;
  readonly MODEL_STORE_URL: string;
  readonly RUNS_URL: string;
  readonly OPTION_POLARITY: Polarity;
  readonly SCENARIOS: Scenarios;
  /** What FEATURES_URL and the variables beside it say. */
  readonly features: FeaturesSettings;
  /** What WAREHOUSE_URL says. */
  readonly warehouse: WarehouseSettings;
}

const unusable = (faults: readonly string[]): HunchError =>
  new HunchError('INVALID_CONFIGURATION', `The environment is not usable. ${faults.join('; ')}`);

function featuresSettings(url: string, data: Environment): FeaturesSettings {
  const named = parseFeaturesUrl(url);
  const { FEATURES_API_KEY, FEATURES_USERNAME, FEATURES_PASSWORD, FEATURES_INDEX_PREFIX: prefix } = data;
  try {
    const auth = elasticsearchAuth(
      { FEATURES_API_KEY, FEATURES_USERNAME, FEATURES_PASSWORD },
      { isElasticsearch: 'nodes' in named },
    );
    return 'nodes' in named
      ? { backend: 'elasticsearch', nodes: named.nodes, auth, prefix }
      : { backend: 'lmdb', folder: named.folder };
  } catch (error) {
    throw error instanceof HunchError ? unusable([error.message]) : error;
  }
}

/**
 * Parses the environment; rejects with INVALID_CONFIGURATION, naming every variable that is wrong and what it wants.
 * An empty variable counts as absent.
 */
export function parseConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw unusable(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const { data } = parsed;
  const {
    WAREHOUSE_URL = `duckdb:${data.DATA_DIR}/warehouse`,
    FEATURES_URL = `lmdb:${data.DATA_DIR}/features`,
  } = data;
  return Object.freeze({
    ...data,
    WAREHOUSE_URL,
    FEATURES_URL,
    features: featuresSettings(FEATURES_URL, data),
    warehouse: parseWarehouseUrl(WAREHOUSE_URL),
    MODEL_STORE_URL: data.MODEL_STORE_URL ?? `file:${data.DATA_DIR}/models`,
    RUNS_URL: data.RUNS_URL ?? `file:${data.DATA_DIR}/runs`,
    OPTION_POLARITY: data.OPTION_POLARITY ?? DEFAULT_POLARITY,
    SCENARIOS: scenariosFrom(data.SCENARIOS ?? {}, { explorationShare: data.EXPLORATION_SHARE }),
  });
}
