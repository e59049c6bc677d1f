import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../support/package-root.js';
import { tempFolders } from '../support/temp-folder.js';

interface LayerRules {
  readonly forbidden: readonly (IForbiddenRuleType & { readonly name: string })[];
  readonly options: object;
}

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as LayerRules;

/** Packages that are used from one place only. */
const HOUSED = [
  '@apollo/server',
  '@as-integrations/fastify',
  '@duckdb/node-api',
  '@elastic/elasticsearch',
  '@google-cloud/bigquery',
  'commander',
  'csv-parse',
  'echarts',
  'graphql-request',
  'graphql-ws',
  'jose',
  'lmdb',
  'minisearch',
  'node-cron',
  'onnx-proto',
  'onnxruntime-node',
  'prom-client',
  'type-graphql',
  'undici',
  'ws',
];
const homeRuleName = (packageName: string): string =>
  `${packageName.replace('@', '').replace('/', '-')}-stays-home`;

/** By rule: a file that breaks it, and what that file imports. */
const PLANTED: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  'domain-imports-nothing': ['src/domain/planted.ts', 'zod'],
  'pure-rooms-do-no-io': ['src/models/planted.ts', 'node:fs'],
  'services-see-ports-only': ['src/recommend/planted.ts', '../datasources/features/lmdb-feature-store.js'],
  'services-stay-below-the-edges': ['src/events/planted.ts', '../resolvers/schema.js'],
  'services-stay-apart': ['src/registry/planted.ts', '../recommend/poll-lists.js'],
  'edges-hold-no-rules': ['src/resolvers/planted.ts', '../models/ridge.js'],
  'reports-show-what-was-measured': ['src/reports/planted.ts', '../platform/config.js'],
  'ports-see-domain-only': ['src/datasources/outbox/outbox.ts', '../../platform/config.js'],
  'backends-know-their-port': [
    'src/datasources/features/planted-feature-store.ts',
    '../catalogue/lmdb-catalogue-store.js',
  ],
  'predictor-stands-alone': ['src/predictor/planted.ts', '../registry/registry.js'],
  'client-stands-alone': ['src/client/planted.ts', '../resolvers/schema.js'],
  'technical-rooms-know-no-business': ['src/platform/planted.ts', '../registry/registry.js'],
  'jobs-see-services': ['jobs/steps/planted.ts', '../../src/predictor/core.js'],
  'nothing-imports-the-command-line': ['src/web/planted.ts', '../cli/wiring/parts.js'],
  'benchmarks-watch-from-outside': ['src/cli/commands/serve.ts', '../../../bench/startup.js'],
  'no-test-code-in-production': ['bench/planted.ts', '../tests/support/free-port.js'],
  'no-circular': ['src/intake/ring.ts', './rung.js'],
  'no-orphans': ['src/domain/alone.ts', ''],
  'not-to-dev-dep': ['jobs/runner/planted.ts', 'autocannon'],
  'npm-no-pkg': ['src/web/by-luck.ts', 'undeclared-package'],
  'not-to-unresolvable': ['src/web/nowhere.ts', './nowhere-at-all.js'],
  ...Object.fromEntries(
    HOUSED.map((name) => [homeRuleName(name), [`src/samples/uses-${homeRuleName(name)}.ts`, name]]),
  ),
};

const importing = (target: string): string =>
  target === '' ? 'export const alone = 1;\n' : `import * as planted from '${target}';\nplanted;\n`;

/** A house with nothing but violations: each planted file, what it imports, and packages to import. */
async function plant(root: string): Promise<void> {
  const files = new Map<string, string>([
    ['package.json', await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8')],
    ['src/intake/rung.ts', importing('./ring.js')],
    ['src/resolvers/schema.ts', importing('../domain/poll.js')],
    ['src/domain/poll.ts', ''],
  ]);
  for (const [file, target] of Object.values(PLANTED)) files.set(file, importing(target));
  for (const [file, target] of Object.values(PLANTED)) {
    const path = join(dirname(file), target.replace(/\.js$/, '.ts'));
    if (target.startsWith('.') && !target.includes('nowhere') && !files.has(path)) files.set(path, '');
  }
  for (const name of ['zod', 'autocannon', 'undeclared-package', ...HOUSED]) {
    files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'dist/index.js' }));
    files.set(`node_modules/${name}/dist/index.js`, '');
  }
  for (const [file, content] of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
}

async function look(root: string): Promise<ICruiseResult> {
  const { forbidden, options } = rules;
  const { output } = await cruise(['src', 'jobs', 'bench'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...forbidden] },
  });
  if (typeof output === 'string') throw new Error('wanted a result to read, got text');
  return output;
}

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(join(PACKAGE_ROOT, folder), { recursive: true });
  return names.filter((name) => /(?<!\.d)\.ts$/.test(name)).map((name) => `${folder}/${name}`);
}

describe('the layers', () => {
  const folders = tempFolders();

  it('are kept, and every source file was looked at', async () => {
    const { modules, summary } = await look(PACKAGE_ROOT);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    const seen = new Set(modules.map((module) => module.source));
    const expected = (await Promise.all(['src', 'jobs', 'bench'].map(sources))).flat();
    expect(expected.length).toBeGreaterThan(50);
    expect(expected.filter((file) => !seen.has(file))).toEqual([]);
  });

  it('tell with each rule what a violation means', () => {
    expect(rules.forbidden.filter((rule) => (rule.comment ?? '').length < 40)).toEqual([]);
  });

  it('catch a planted violation of every rule', async () => {
    const root = await folders.make();
    await plant(root);
    const { summary } = await look(root);
    const caught = new Set(summary.violations.map(({ rule, from }) => `${rule.name} ${from}`));
    expect(Object.keys(PLANTED).sort()).toEqual(rules.forbidden.map((rule) => rule.name).sort());
    expect(
      Object.entries(PLANTED)
        .map(([rule, [file]]) => `${rule} ${file}`)
        .filter((violation) => !caught.has(violation)),
    ).toEqual([]);
  });

  it('let through what is allowed', async () => {
    const root = await folders.make();
    await plant(root);
    await writeFile(join(root, 'src/resolvers/schema.ts'), importing('../domain/poll.js'));
    const { summary } = await look(root);
    expect(summary.violations.filter(({ from }) => from === 'src/resolvers/schema.ts')).toEqual([]);
  });
});
