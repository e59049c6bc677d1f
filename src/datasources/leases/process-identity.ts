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
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const host = hostname();
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return { host, pid: process.pid, place: [host, boot.trim(), namespace].join(' ').trim() };
}

/**
 * True where `other` ran in the same place and its process is gone. A process id given to a new process hides that; the
 * lease then ends when it expires.
 */
export function isKnownDead(other: ProcessIdentity, self: ProcessIdentity): boolean {
  if (other.place !== self.place) return false;
  try {
    process.kill(other.pid, 0);
    return false;
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
