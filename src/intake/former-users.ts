import type { Warehouse } from '../datasources/warehouse/warehouse.js';
import { MERGE_LIMIT } from '../domain/event.js';
import { type UserId, userId } from '../domain/ids.js';
import type { Millis } from '../domain/time.js';
import { sourceRows } from './source-rows.js';

const CHANGES = `SELECT user_id, kind, into_user_id, occurred_at FROM user_changes
WHERE kind IN ('MERGE', 'ERASE') ORDER BY occurred_at, recorded_at, arrival`;

interface Merge {
  readonly into: UserId;
  readonly at: Millis;
  /** Among all merges, in the order of time: a chain goes on with later ones only. */
  readonly place: number;
}

/** Users who were erased or merged into another: files go on naming them, and the catalogue does not. */
export class FormerUsers {
  /** Of each user, in the order of time. */
  readonly #merges = new Map<UserId, Merge[]>();
  readonly #erasures = new Map<UserId, Millis[]>();

  static async load(warehouse: Warehouse): Promise<FormerUsers> {
    const users = new FormerUsers();
    const rows = await sourceRows(warehouse, CHANGES);
    rows.forEach((row, place) => {
      const user = userId(String(row.user_id));
      const at = Number(row.occurred_at);
      if (row.kind === 'ERASE') addTo(users.#erasures, user, at);
      else if (row.into_user_id !== row.user_id)
        addTo(users.#merges, user, { into: userId(String(row.into_user_id)), at, place });
    });
    return users;
  }

  /**
   * Who the author of a poll of that time is by now; null where erased. As the flows clean polls (`clean_users`): the id stood for
   * the user of its next merge then, and for a new user after the last one.
   */
  authorNow(author: UserId, createdAt: Millis): UserId | null {
    let user = author;
    let since = createdAt;
    let merge = this.#merges.get(user)?.find(({ at }) => at >= createdAt);
    for (let steps = 0; ; steps += 1) {
      const until = merge?.at ?? Number.POSITIVE_INFINITY;
      if (this.#erasures.get(user)?.some((at) => at >= since && at <= until)) return null;
      if (merge === undefined || steps === MERGE_LIMIT) return user;
      const { into, at, place } = merge;
      user = into;
      since = at;
      merge = this.#merges.get(user)?.find((next) => next.place > place);
    }
  }
}

function addTo<T>(lists: Map<UserId, T[]>, user: UserId, item: T): void {
  const own = lists.get(user);
  if (own === undefined) lists.set(user, [item]);
  else own.push(item);
}
