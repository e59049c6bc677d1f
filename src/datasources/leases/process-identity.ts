import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process as others on the same machine may know it. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /**
   * Where the process id means something: the host name and, on Linux, the boot and the process namespace. Containers may
   * share a host name and a folder, and none sees the processes of the other.
   */
  readonly place: string;
  /** When the process was started, on Linux; "" elsewhere. Tells it from a later one that was given the same id. */
  readonly started: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const host = hostname();
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  const place = [host, boot.trim(), namespace].join(' ').trim();
  return { host, pid: process.pid, place, started: (await readStat(process.pid))?.started ?? '' };
}

/** UNKNOWN: it ran in another place. */
export type ProcessState = 'ALIVE' | 'DEAD' | 'UNKNOWN';

/** Whether the process of `other` still runs. Elsewhere than on Linux, one that was given its id later is taken for it. */
export async function processState(other: ProcessIdentity, self: ProcessIdentity): Promise<ProcessState> {
  if (other.place !== self.place) return 'UNKNOWN';
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'DEAD';
  }
  const found = await readStat(other.pid);
  // Where other users' processes are hidden, that it is there is all that can be known.
  if (found === null) return 'ALIVE';
  return found.isOver || found.started !== other.started ? 'DEAD' : 'ALIVE';
}

/** What Linux tells of a process that is there; null elsewhere. */
async function readStat(pid: number): Promise<{ readonly started: string; readonly isOver: boolean } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The second field is the program's name in brackets, which may hold anything. The third is the state, the 22nd the time since
  // boot at which it was started, in ticks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process keeps its id until its parent asks what became of it, which in a container may be never.
  return { started: fields[19] ?? '', isOver: fields[0] === 'Z' || fields[0] === 'X' };
}
