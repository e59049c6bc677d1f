import { type Client, errors } from '@elastic/elasticsearch';
import { HunchError } from '../../domain/errors.js';
import { type Millis, SECOND } from '../../domain/time.js';
import { JOB_TIMEOUT_MS } from './connection.js';

/**
 * A write block that we have put on a physical index, and its mark: an alias of that index, `ALIAS-held-MILLIS`. The swap of the
 * alias takes the mark away in the same step, and fails where the mark is gone. So a hold that was taken for forgotten, and
 * released by somebody else, can not lead to a swap that loses what was written since.
 */
export interface WriteHold {
  readonly index: string;
  readonly mark: string;
}

interface HoldPlace {
  /** The alias of the index that serves. */
  readonly alias: string;
  readonly now: Millis;
}

/** Whoever holds writes gives up after this. */
export const LONGEST_HOLD: Millis = 20 * SECOND;
/** A hold of this age was left by a process that was killed; wide enough for clocks that differ. */
const FORGOTTEN_AFTER: Millis = 3 * LONGEST_HOLD;

const PATIENT = { requestTimeout: JOB_TIMEOUT_MS };

/**
 * Refuses writes to the index from now on; resolves when those under way are done. Reads go on. Rejects with CONFLICT where
 * somebody else holds it.
 */
export async function holdWrites(
  client: Client,
  { index, alias, now }: HoldPlace & { readonly index: string },
): Promise<WriteHold> {
  await releaseForgottenHolds(client, { alias, now });
  const hold = { index, mark: markOf(alias, now) };
  if ((await marksOf(client, alias)).some(({ mark }) => mark === hold.mark)) throw heldByAnother(alias, now);
  await client.indices.updateAliases({ actions: [{ add: { index, alias: hold.mark } }] }, PATIENT);
  // Of two that come at once, one at least sees the mark of the other.
  const other = (await marksOf(client, alias)).find(({ mark }) => mark !== hold.mark);
  if (other !== undefined) {
    await removeMark(client, hold);
    throw heldByAnother(alias, other.since);
  }
  try {
    await client.indices.addBlock({ index, block: 'write' }, PATIENT);
  } catch (error) {
    await releaseWrites(client, hold);
    throw error;
  }
  return hold;
}

/** Takes writes to the index again. Nothing to do where the index is gone. */
export async function releaseWrites(client: Client, hold: WriteHold): Promise<void> {
  // The block first: where this is cut off, the mark still tells that there may be one.
  await client.indices.putSettings(
    { index: hold.index, settings: { 'index.blocks.write': null } },
    { ...PATIENT, ignore: [404] },
  );
  await removeMark(client, hold);
}

/** Releases what a killed process holds. */
export async function releaseForgottenHolds(client: Client, { alias, now }: HoldPlace): Promise<void> {
  for (const { index, mark, since } of await marksOf(client, alias)) {
    if (now - since < FORGOTTEN_AFTER) continue;
    const ours = { index, mark: markOf(alias, now) };
    try {
      // With its mark gone the forgotten hold can not end in a swap; ours tells of the block until that is gone too.
      await client.indices.updateAliases(
        {
          actions: [
            { remove: { index, alias: mark, must_exist: true } },
            { add: { index, alias: ours.mark } },
          ],
        },
        PATIENT,
      );
    } catch (error) {
      // Somebody else releases it, or it has ended.
      if (error instanceof errors.ResponseError && error.statusCode === 404) continue;
      throw error;
    }
    await releaseWrites(client, ours);
  }
}

const markOf = (alias: string, now: Millis): string => `${alias}-held-${now}`;

async function marksOf(
  client: Client,
  alias: string,
): Promise<{ readonly index: string; readonly mark: string; readonly since: Millis }[]> {
  const prefix = `${alias}-held-`;
  const found = await client.indices.getAlias({ index: alias }, PATIENT);
  return Object.entries(found).flatMap(([index, { aliases }]) =>
    Object.keys(aliases)
      .filter((mark) => mark.startsWith(prefix))
      .map((mark) => ({ index, mark, since: Number(mark.slice(prefix.length)) })),
  );
}

async function removeMark(client: Client, { index, mark }: WriteHold): Promise<void> {
  await client.indices.deleteAlias({ index, name: mark }, { ...PATIENT, ignore: [404] });
}

const heldByAnother = (alias: string, since: Millis): HunchError =>
  new HunchError(
    'CONFLICT',
    `${alias} is held by another re-index since ${new Date(since).toISOString()}. If that one was killed, its hold ends ` +
      `${FORGOTTEN_AFTER / SECOND} s after: try again then.`,
  );
