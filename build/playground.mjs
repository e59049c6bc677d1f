// Builds the playground into dist/web/playground; does nothing where that is up to date.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const sources = new URL('src/web/playground/', root);
const output = new URL('dist/web/playground/', root);
const stamp = new URL('inputs.sha256', output);

/** Packages that end up in the page; a new version of one of them means a new build. */
const BUNDLED = [
  'graphiql',
  '@graphiql/react',
  '@graphiql/toolkit',
  '@graphiql/plugin-doc-explorer',
  '@graphiql/plugin-history',
  'graphql',
  'graphql-ws',
  'monaco-editor',
  'monaco-graphql',
  'react',
  'react-dom',
  'vite',
];

async function hashOfInputs() {
  const hash = createHash('sha256');
  for (const name of (await readdir(sources)).sort()) {
    hash.update(name).update(await readFile(new URL(name, sources)));
  }
  const lock = JSON.parse(await readFile(new URL('package-lock.json', root), 'utf8'));
  for (const name of BUNDLED) hash.update(`${name}@${lock.packages[`node_modules/${name}`]?.version}`);
  return hash.digest('hex');
}

async function isUpToDate(hash) {
  try {
    await stat(new URL('index.html', output));
    return (await readFile(stamp, 'utf8')) === hash;
  } catch {
    return false;
  }
}

const hash = await hashOfInputs();
if (await isUpToDate(hash)) {
  console.log('playground: up to date');
} else {
  const begun = Date.now();
  const { build } = await import('vite');
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', sources)) });
  await writeFile(stamp, hash);
  console.log(`playground: built in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}
