import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../support/package-root.js';
import { markdownSection } from './markdown-section.js';

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Target {
  /** As the README writes it. */
  readonly title: string;
  readonly os: string;
  readonly cpu: string;
  readonly libc: 'glibc' | 'musl' | null;
}

const TARGETS: readonly Target[] = [
  { title: 'macOS arm64', os: 'darwin', cpu: 'arm64', libc: null },
  { title: 'Windows x64', os: 'win32', cpu: 'x64', libc: null },
  { title: 'Linux x64 glibc', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { title: 'Linux arm64 glibc', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { title: 'Linux x64 musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  { title: 'Linux arm64 musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
];

/** Packages whose one Linux build serves both C libraries, and why. */
const EITHER_LIBC: Readonly<Record<string, string>> = {
  lmdb: 'its Linux packages hold a glibc and a musl binary',
  'msgpackr-extract': 'its Linux packages hold a glibc and a musl binary',
  typescript: 'a Go program without a C library',
};

const { packages } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};

const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The entry that a package at `path` gets for the dependency `name`: its own, or the nearest one above. */
function resolve(path: string, name: string): LockEntry | null {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const entry = packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (entry !== undefined || folder === '') return entry ?? null;
  }
}

interface NativePackage {
  readonly name: string;
  /** The platform packages by name; null where the lock has no entry. */
  readonly builds: ReadonlyMap<string, LockEntry | null>;
}

/** Packages that get their machine code from optional packages, one a platform. */
const NATIVE: readonly NativePackage[] = Object.entries(packages)
  .map(([path, entry]) => ({
    name: nameOf(path),
    builds: new Map(Object.keys(entry.optionalDependencies ?? {}).map((name) => [name, resolve(path, name)])),
  }))
  .filter(({ builds }) => {
    const forPlatforms = [...builds.values()].filter((build) => build === null || build.cpu !== undefined);
    return forPlatforms.length > 1;
  });

const isFor = (name: string, build: LockEntry, target: Target): boolean =>
  (build.os ?? []).includes(target.os) &&
  (build.cpu ?? []).includes(target.cpu) &&
  (target.libc === null || (build.libc?.includes(target.libc) ?? name in EITHER_LIBC));

/** Where onnxruntime-node, which ships all its builds in one package, has one for the target. */
function onnxruntimeHas(target: Target): boolean {
  const folder = join(PACKAGE_ROOT, 'node_modules/onnxruntime-node/bin/napi-v6', target.os, target.cpu);
  const binding = join(folder, 'onnxruntime_binding.node');
  if (!existsSync(binding)) return false;
  if (target.libc === null) return true;
  // The name of the C library that the dynamic linker is asked for stands in the file as text.
  const wantsGlibc = readFileSync(binding).includes('libc.so.6');
  return wantsGlibc === (target.libc === 'glibc');
}

const withoutBuild = (target: Target): string[] => {
  const missing = NATIVE.filter(
    ({ name, builds }) => ![...builds.values()].some((build) => build !== null && isFor(name, build, target)),
  ).map(({ name }) => name);
  return onnxruntimeHas(target) ? missing : [...missing, 'onnxruntime-node'];
};

describe('the lock file', () => {
  it('knows the native packages', () => {
    const names = NATIVE.map(({ name }) => name);
    for (const name of [
      '@duckdb/node-bindings',
      'lmdb',
      '@biomejs/biome',
      '@swc/core',
      'typescript',
      'rolldown',
    ]) {
      expect(names).toContain(name);
    }
  });

  it('has an entry for every platform that a native package is published for', () => {
    const missing = NATIVE.flatMap(({ name, builds }) =>
      [...builds].filter(([, entry]) => entry === null).map(([build]) => `${name} → ${build}`),
    );
    expect(missing).toEqual([]);
  });

  it('lets other platforms leave a build out, and can check what comes', () => {
    const builds = NATIVE.flatMap(({ builds }) => [...builds]);
    const bad = builds.filter(
      ([, entry]) => entry !== null && (entry.optional !== true || entry.integrity === undefined),
    );
    expect(bad.map(([name]) => name)).toEqual([]);
  });

  it.each(TARGETS)('installs on $title, or the README says what does not run there', (target) => {
    const platforms = markdownSection(join(PACKAGE_ROOT, 'README.md'), 'Platforms');
    const lines = platforms
      .split('\n')
      .filter((line) => target.title.split(' ').every((word) => line.includes(word)));
    expect(lines, `README, section Platforms: a line on ${target.title}`).not.toEqual([]);
    expect(withoutBuild(target).filter((name) => !lines.some((line) => line.includes(name)))).toEqual([]);
  });

  it('names no registry host, so that any mirror serves it', () => {
    const hosts = Object.entries(packages).filter(([, entry]) => /^\w+:\/\//.test(entry.resolved ?? ''));
    expect(hosts.map(([path]) => path)).toEqual([]);
  });
});
