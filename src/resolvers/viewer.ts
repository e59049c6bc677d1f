import { createHash, timingSafeEqual } from 'node:crypto';
import { jwtVerify } from 'jose';
import { BadInputError, HunchError } from '../domain/errors.js';
import { type UserId, userId } from '../domain/ids.js';
import { parseId } from './parse-arguments.js';

/**
 * Who asks. OPEN: development mode, anyone may do anything. ANONYMOUS: no credentials, may read what is public.
 * USER: the subject of a token, may act for itself. SERVICE: a key, may name any user and operate.
 */
export type Viewer =
  | { readonly kind: 'OPEN' }
  | { readonly kind: 'ANONYMOUS' }
  | { readonly kind: 'USER'; readonly userId: UserId }
  | { readonly kind: 'SERVICE' };

/** Credentials as they arrive: headers of a request, or the parameters a WebSocket client connects with. */
export interface Credentials {
  readonly authorization: string | null;
  readonly apiKey: string | null;
}

export interface ViewerSettings {
  readonly AUTH_JWT_SECRET?: string | undefined;
  readonly SERVICE_KEYS?: readonly string[] | undefined;
}

/** Without a secret and without keys the API is open to everyone who reaches it: development mode. */
export const isOpenMode = (settings: ViewerSettings): boolean =>
  settings.AUTH_JWT_SECRET === undefined && (settings.SERVICE_KEYS ?? []).length === 0;

const OPEN: Viewer = { kind: 'OPEN' };
const ANONYMOUS: Viewer = { kind: 'ANONYMOUS' };
const SERVICE: Viewer = { kind: 'SERVICE' };
const BEARER = /^Bearer +(\S+)$/i;

/** Tells who asks from the credentials; rejects with UNAUTHENTICATED where they are given and are not good. */
export class Authenticator {
  readonly #open: boolean;
  readonly #secret: Uint8Array | null;
  readonly #keyHashes: readonly Buffer[];

  constructor(settings: ViewerSettings) {
    this.#open = isOpenMode(settings);
    this.#secret =
      settings.AUTH_JWT_SECRET === undefined ? null : new TextEncoder().encode(settings.AUTH_JWT_SECRET);
    this.#keyHashes = (settings.SERVICE_KEYS ?? []).map(sha256);
  }

  async viewer({ authorization, apiKey }: Credentials): Promise<Viewer> {
    if (this.#open) return OPEN;
    if (apiKey !== null) {
      if (this.#isServiceKey(apiKey)) return SERVICE;
      throw unauthenticated('The x-api-key is not one of the service keys.');
    }
    if (authorization === null) return ANONYMOUS;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) {
      throw unauthenticated('The Authorization header is not of the form "Bearer TOKEN".');
    }
    if (this.#isServiceKey(token)) return SERVICE;
    return { kind: 'USER', userId: await this.#subject(token) };
  }

  /** Compares hashes of equal length in constant time, and all of them, so that time tells nothing about a key. */
  #isServiceKey(candidate: string): boolean {
    const hash = sha256(candidate);
    let found = false;
    for (const known of this.#keyHashes) found = timingSafeEqual(known, hash) || found;
    return found;
  }

  async #subject(token: string): Promise<UserId> {
    if (this.#secret === null) throw unauthenticated('The bearer token is not one of the service keys.');
    let subject: string | undefined;
    try {
      const { payload } = await jwtVerify(token, this.#secret, { algorithms: ['HS256'] });
      subject = payload.sub;
    } catch (cause) {
      throw unauthenticated('The bearer token is not valid: malformed, expired or signed otherwise.', cause);
    }
    if (!subject) throw unauthenticated('The bearer token names no subject (sub).');
    return userId(parseId(subject, 'sub'));
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthenticated = (message: string, cause?: unknown): HunchError =>
  new HunchError('UNAUTHENTICATED', message, { cause });

const forbidden = (message: string, path: string | null = null): HunchError =>
  new HunchError('FORBIDDEN', message, { path });

/** Whether the viewer may act for any user, and operate. */
export const isTrusted = (viewer: Viewer): boolean => viewer.kind === 'OPEN' || viewer.kind === 'SERVICE';

/**
 * The user that a request is about: the one named, or the token's subject. Rejects with UNAUTHENTICATED where there are no
 * credentials, FORBIDDEN where another user is named, BAD_USER_INPUT where the id is malformed or whoever may act for any user
 * names none.
 */
export function requireUser(viewer: Viewer, named: string | null | undefined, path = 'userId'): UserId {
  const user = optionalUser(viewer, named, path);
  if (user !== null) return user;
  if (viewer.kind === 'ANONYMOUS') {
    throw unauthenticated(
      "There is no token. Send `Authorization: Bearer TOKEN` with a user's token or a service key.",
    );
  }
  const mode = viewer.kind === 'OPEN' ? 'In development mode' : 'With a service key';
  throw new BadInputError(
    `${path} is missing. ${mode} there is no token to take it from: name the user.`,
    path,
  );
}

/** Like `requireUser`, where a request may be about nobody: null. */
export function optionalUser(
  viewer: Viewer,
  named: string | null | undefined,
  path = 'userId',
): UserId | null {
  if (named === null || named === undefined) return viewer.kind === 'USER' ? viewer.userId : null;
  const user = userId(parseId(named, path));
  switch (viewer.kind) {
    case 'OPEN':
    case 'SERVICE':
      return user;
    case 'ANONYMOUS':
      throw unauthenticated("Naming a user needs that user's token or a service key.");
    case 'USER':
      if (viewer.userId === user) return user;
      throw forbidden(`Your token is for another user than ${path} names. Leave it out.`, path);
  }
}

/** Rejects with UNAUTHENTICATED or FORBIDDEN unless the viewer holds a service key (or the API is open). */
export function requireService(viewer: Viewer): void {
  if (isTrusted(viewer)) return;
  if (viewer.kind === 'ANONYMOUS') throw unauthenticated('This needs a service key; no credentials came.');
  throw forbidden("This needs a service key; a user's token is not enough.");
}

/** Rejects with UNAUTHENTICATED where no credentials came. */
export function requireCredentials(viewer: Viewer): void {
  if (viewer.kind === 'ANONYMOUS') {
    throw unauthenticated("This needs a user's token or a service key; no credentials came.");
  }
}
