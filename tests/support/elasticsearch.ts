import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { freePort } from './free-port.js';
import { SHARED_FOLDER, servicesAreRequired } from './package-root.js';
import { type ChildProcess, type ChildProcesses, childProcesses } from './processes.js';
import { tempFolders } from './temp-folder.js';

export interface ElasticsearchNode {
  readonly url: string;
  /** Of the latest start. */
  readonly process: ChildProcess;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on its port and its data, once it has ended; resolves when it answers. */
  restart(): Promise<void>;
}

export interface ElasticsearchCluster {
  readonly nodes: readonly ElasticsearchNode[];
  /** The address of every node. */
  readonly urls: readonly string[];
}

export interface StartCluster {
  /** One where absent. All of them may be elected master. */
  readonly nodes?: number;
  /** Java heap of each node; 256 MB where absent. */
  readonly heap?: string;
  /** Settings of the server, such as `action.auto_create_index=false`. */
  readonly settings?: readonly string[];
}

export interface ElasticsearchService {
  /** Starts a cluster on free ports with empty folders; resolves when it answers. It ends after the suite's last test. */
  start(options?: StartCluster): Promise<ElasticsearchCluster>;
}

const INSTALL_DEADLINE_MS = 15 * 60_000;
const READY_DEADLINE_MS = 120_000;
/** A node's own port for other nodes lies so far above its HTTP port. */
const TRANSPORT_OFFSET = 100;

const recipe = join(SHARED_FOLDER, 'services', 'elasticsearch');

/** An index prefix that no other test has: one node serves a whole file. */
export const freshPrefix = (): string => `t${randomUUID().replaceAll('-', '').slice(0, 12)}`;

/** A suite that needs a real server; without the recipe it is listed as skipped, and fails with REQUIRE_SERVICES=1. */
export function describeWithElasticsearch(
  title: string,
  suite: (elasticsearch: ElasticsearchService) => void,
): void {
  describe(title, () => {
    if (!existsSync(join(recipe, 'start.sh'))) {
      it.skipIf(!servicesAreRequired())('wants ../shared/services/elasticsearch', () => {
        throw new Error(
          'REQUIRE_SERVICES=1, but there is no ../shared/services/elasticsearch beside the checkout',
        );
      });
      return;
    }
    const processes = childProcesses();
    const folders = tempFolders();
    let home = '';
    beforeAll(async () => {
      home = await build(processes);
    }, INSTALL_DEADLINE_MS);
    suite({
      start: async ({ nodes: count = 1, heap = '256m', settings = [] } = {}) => {
        const nodes: ElasticsearchNode[] = [];
        while (nodes.length < count) {
          const folder = await folders.make();
          nodes.push(await startNode(processes, { home, heap, folder, settings, others: nodes }));
        }
        return { nodes, urls: nodes.map((node) => node.url) };
      },
    });
  });
}

/** The server is built outside the checkout, one folder per content of the recipe, so that CI builds it once. */
async function build(processes: ChildProcesses): Promise<string> {
  const cache = process.env.HUNCH_CI_CACHE ?? join(homedir(), '.cache', 'hunch-ci');
  const folder = join(cache, 'services', `elasticsearch-${await contentHash()}`);
  await mkdir(folder, { recursive: true });
  // The recipe takes a lock on the folder and returns at once where it is built already.
  // It gets the whole environment: how Maven reaches its repository is configured there.
  const builder = processes.start(join(recipe, 'build.sh'), [folder], { env: process.env });
  const { code } = await builder.exited;
  if (code !== 0) throw new Error(`building elasticsearch failed\n${builder.stdout}\n${builder.stderr}`);
  return folder;
}

async function contentHash(): Promise<string> {
  const entries = await readdir(recipe, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !name.includes('/smoke/')).toSorted()) {
    hash.update(file.slice(recipe.length)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

interface NodeOptions {
  readonly home: string;
  readonly heap: string;
  readonly folder: string;
  readonly settings: readonly string[];
  /** All nodes of the cluster, as they come and go. */
  readonly others: readonly ElasticsearchNode[];
}

async function startNode(processes: ChildProcesses, options: NodeOptions): Promise<ElasticsearchNode> {
  const { home, heap, folder, settings, others } = options;
  const { JAVA_HOME } = process.env;
  const env = { ES_HOME: home, ES_HEAP: heap, ES_JAVA_OPTS: '-XX:TieredStopAtLevel=1', JAVA_HOME };
  const port = String(await freePortPair());
  const launch = async (): Promise<ChildProcess> => {
    const other = others.map((node) => new URL(node.url).port).find((each) => each !== port);
    const parameters = [port, folder, ...(other === undefined ? [] : [other])];
    parameters.push(...settings.map((setting) => `-E${setting}`));
    const child = processes.start(join(recipe, 'start.sh'), parameters, { env });
    await child.waitFor(/^READY /m, READY_DEADLINE_MS);
    return child;
  };
  let running = await launch();
  return {
    url: `http://127.0.0.1:${port}`,
    get process() {
      return running;
    },
    async kill() {
      running.signal('SIGKILL');
      await running.exited;
    },
    async restart() {
      running = await launch();
    },
  };
}

/** A free port that leaves room for the node's second one. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port + TRANSPORT_OFFSET < 65_536) return port;
  }
}
