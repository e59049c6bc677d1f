import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { BadInputError, HunchError } from '../domain/errors.js';
import { type PollId, type RecommendationId, recommendationId, type UserId } from '../domain/ids.js';
import type { ListKind } from '../domain/logged-answer.js';
import type { ModelRef } from '../domain/model.js';
import type { RecommendationSource } from '../domain/recommendation.js';
import { type Clock, MINUTE } from '../domain/time.js';

/** What a cursor continues: one list for one user. `subject` tells lists of a kind apart (scenario, poll, query, order). */
export interface ListIdentity {
  readonly kind: ListKind;
  readonly userId: UserId | null;
  readonly subject: string;
}

/** Long enough for a user to read a page, short enough that a list is not continued tomorrow. */
export const CURSOR_LIFETIME = 30 * MINUTE;

const HASH_BYTES = 4;
const MAC_BYTES = 12;
const FORMAT = 1;

/**
 * The polls that earlier pages gave, as 32-bit hashes: 4 bytes a poll keep a cursor short. Two polls in a thousand pages
 * of a hundred may collide; then one is skipped, which nobody sees.
 */
export class GivenPolls {
  readonly #hashes: Set<number>;

  constructor(hashes: Iterable<number> = []) {
    this.#hashes = new Set(hashes);
  }

  has(id: PollId): boolean {
    return this.#hashes.size > 0 && this.#hashes.has(hashOf(id));
  }

  get size(): number {
    return this.#hashes.size;
  }

  values(): number[] {
    return [...this.#hashes];
  }
}

const hashOf = (id: PollId): number => createHash('sha1').update(id).digest().readUInt32LE(0);

/**
 * Makes and reads cursors and recommendation ids. Both are signed and hold all they need, so that any instance with the
 * same secret continues any answer.
 */
export class PageTokens {
  readonly #secret: Buffer;
  readonly #clock: Clock;

  constructor(options: { readonly secret: string; readonly clock: Clock }) {
    this.#secret = Buffer.from(options.secret, 'utf8');
    this.#clock = options.clock;
  }

  /** The cursor of each poll of a page, in order: each says "after this one". */
  cursors(list: ListIdentity, given: GivenPolls, page: readonly PollId[]): string[] {
    const head = this.#head(list, this.#clock());
    const hashes = [...given.values(), ...page.map(hashOf)];
    const all = Buffer.alloc(hashes.length * HASH_BYTES);
    hashes.forEach((hash, index) => {
      all.writeUInt32LE(hash, index * HASH_BYTES);
    });
    return page.map((_, index) => this.#seal(head, all.subarray(0, (given.size + index + 1) * HASH_BYTES)));
  }

  /**
   * What the pages up to the cursor gave. Throws CURSOR_EXPIRED after 30 minutes, BAD_USER_INPUT for a cursor that was not
   * made here or belongs to another list or user.
   */
  open(list: ListIdentity, cursor: string | null): GivenPolls {
    if (cursor === null) return new GivenPolls();
    const bytes = Buffer.from(cursor, 'base64url');
    const headLength = bytes.length > MAC_BYTES + 2 ? bytes.readUInt16LE(MAC_BYTES) : 0;
    const body = bytes.subarray(MAC_BYTES);
    const mac = bytes.subarray(0, MAC_BYTES);
    if (headLength === 0 || body.length < 2 + headLength || !timingSafeEqual(mac, this.#mac(body))) {
      throw new BadInputError('`after` wants a cursor that this service gave; this one is not', 'after');
    }
    const head = body.subarray(2, 2 + headLength).toString('utf8');
    const issuedAt = Number(head.slice(head.lastIndexOf(' ') + 1));
    if (head !== this.#head(list, issuedAt)) {
      throw new BadInputError(
        '`after` wants a cursor of this same list; this one is of another list or user',
        'after',
      );
    }
    if (this.#clock() - issuedAt > CURSOR_LIFETIME) {
      throw new HunchError(
        'CURSOR_EXPIRED',
        'The cursor is older than 30 minutes; ask for the first page again',
        {
          path: 'after',
        },
      );
    }
    const packed = body.subarray(2 + headLength);
    const hashes: number[] = [];
    for (let at = 0; at + HASH_BYTES <= packed.length; at += HASH_BYTES) hashes.push(packed.readUInt32LE(at));
    return new GivenPolls(hashes);
  }

  /** A new id for an answer: signed, with when, from which path and by which version, so that events credit it. */
  recommendationId(
    list: ListIdentity,
    source: RecommendationSource | null,
    model: ModelRef | null,
  ): RecommendationId {
    const nonce = randomBytes(6).toString('base64url');
    const text = [FORMAT, list.kind, source ?? '', model?.version ?? '', this.#clock(), nonce].join(' ');
    const body = Buffer.from(text, 'utf8');
    return recommendationId(Buffer.concat([this.#mac(body), body]).toString('base64url'));
  }

  #head(list: ListIdentity, issuedAt: number): string {
    const identity = JSON.stringify([list.kind, list.userId, list.subject]);
    const digest = createHash('sha1').update(identity).digest('base64url').slice(0, 16);
    return `${FORMAT} ${digest} ${issuedAt}`;
  }

  #seal(head: string, packed: Buffer): string {
    const body = Buffer.alloc(2 + head.length + packed.length);
    body.writeUInt16LE(head.length, 0);
    body.write(head, 2, 'latin1');
    packed.copy(body, 2 + head.length);
    return Buffer.concat([this.#mac(body), body]).toString('base64url');
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest().subarray(0, MAC_BYTES);
  }
}
