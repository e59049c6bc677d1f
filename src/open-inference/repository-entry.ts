/** One entry of the repository index. */
export interface RepositoryEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  /** Why it is not READY, where it was tried. */
  readonly reason: string;
}
