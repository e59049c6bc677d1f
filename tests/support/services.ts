import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { freePort } from './free-port.js';
import { SHARED_FOLDER, servicesAreRequired } from './package-root.js';
import { type ChildProcess, type ChildProcesses, childProcesses } from './processes.js';

/** Real servers that recipes beside the checkout install and start. */
export type ServiceName = 'kserve' | 'mlserver' | 'prefect' | 'bigquery';

export interface RunningService {
  readonly url: string;
  /** Of the latest start. */
  readonly process: ChildProcess;
  /** Starts it again on its port with the same arguments, once it has ended. */
  restart(): Promise<void>;
}

export interface Service {
  /** Starts the server on a free port with the recipe's own arguments after the port; resolves when it is ready. */
  start(parameters: readonly string[]): Promise<RunningService>;
}

const INSTALL_DEADLINE_MS = 15 * 60_000;
const READY_DEADLINE_MS = 120_000;
const PORT_IS_TAKEN = 75;

const recipes = join(SHARED_FOLDER, 'services');

/** Where the service is installed: outside the checkout, one folder per content of the recipe, so that CI installs once. */
function installFolder(name: ServiceName): string {
  const cache = process.env.HUNCH_CI_CACHE ?? join(homedir(), '.cache', 'hunch-ci');
  const hash = createHash('sha256');
  for (const file of [join(recipes, 'install.sh'), join(recipes, name, 'requirements.txt')]) {
    hash.update(readFileSync(file));
  }
  return join(cache, 'services', `${name}-${hash.digest('hex').slice(0, 12)}`);
}

async function install(name: ServiceName, processes: ChildProcesses): Promise<string> {
  const folder = installFolder(name);
  await mkdir(folder, { recursive: true });
  // The recipe takes a lock on the folder and returns at once where it is installed already.
  // It gets the whole environment: how the package index is reached is configured there.
  const installer = processes.start(join(recipes, 'install.sh'), [name, folder], { env: process.env });
  const status = await installer.exited;
  if (status.code !== 0)
    throw new Error(`installing ${name} failed\n${installer.stdout}\n${installer.stderr}`);
  return folder;
}

async function start(
  name: ServiceName,
  processes: ChildProcesses,
  options: { readonly folder: string; readonly parameters: readonly string[] },
): Promise<RunningService> {
  const { folder, parameters } = options;
  const launch = (port: number): ChildProcess =>
    processes.start(join(recipes, name, 'start.sh'), [String(port), ...parameters], {
      env: { VENV: folder },
      cwd: folder,
    });
  const ready = (child: ChildProcess) => child.waitFor(/^READY (\S+)/m, READY_DEADLINE_MS);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    let running = launch(port);
    try {
      const [, url = ''] = await ready(running);
      return {
        url,
        get process() {
          return running;
        },
        async restart() {
          running = launch(port);
          await ready(running);
        },
      };
    } catch (error) {
      const { code } = await running.stop();
      if (code !== PORT_IS_TAKEN || attempt === 3) throw error;
    }
  }
}

/** A suite that needs a real server; without the recipes it is listed as skipped, and fails with REQUIRE_SERVICES=1. */
export function describeWithService(
  name: ServiceName,
  title: string,
  suite: (service: Service) => void,
): void {
  describe(title, () => {
    if (!existsSync(join(recipes, name, 'start.sh'))) {
      it.skipIf(!servicesAreRequired())(`wants ../shared/services/${name}`, () => {
        throw new Error(`REQUIRE_SERVICES=1, but there is no ../shared/services/${name} beside the checkout`);
      });
      return;
    }
    const processes = childProcesses();
    let folder = '';
    beforeAll(async () => {
      folder = await install(name, processes);
    }, INSTALL_DEADLINE_MS);
    suite({ start: (parameters) => start(name, processes, { folder, parameters }) });
  });
}
