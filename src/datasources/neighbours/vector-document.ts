import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import { type ModelVersion, modelVersion, type PollId, pollId } from '../../domain/ids.js';
import type { VersionVectors } from './poll-neighbours.js';

/** A poll in the index `vectors`: see deploy/elasticsearch/vectors.json. */
export interface VectorDocument {
  readonly poll_id: PollId;
  readonly model_version: ModelVersion;
  readonly open: boolean;
  /** The floats in base 64, little-endian: a fifth of their size as text, and read back bit by bit. */
  readonly packed: string;
  /** For the search alone: left out of what the server gives back. */
  readonly vector: readonly number[];
}

/** What reads ask for of it. */
export const STORED_FIELDS = ['poll_id', 'model_version', 'packed'];

const storedVector = z.object({
  poll_id: z.string().transform(pollId),
  model_version: z.string().transform(modelVersion),
  packed: z.string().transform(unpack),
});
export type StoredVector = z.infer<typeof storedVector>;

/** Throws INVALID_DATA for a document that another version of this service wrote. */
export function parseStored(source: unknown): StoredVector {
  const { data, error } = storedVector.safeParse(source);
  if (data !== undefined) return data;
  throw new HunchError(
    'INVALID_DATA',
    `A document of the index vectors is not of the form that this release reads: ${error.message}. ` +
      'Run the flow personalise, which makes them again.',
    { cause: error },
  );
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Documents of all polls, one by one. */
export function* vectorDocuments({
  version,
  ids,
  dims,
  open,
  values,
}: VersionVectors): Generator<VectorDocument> {
  for (const [place, id] of ids.entries()) {
    const vector = values.subarray(place * dims, (place + 1) * dims);
    yield {
      poll_id: id,
      model_version: version,
      open: open[place] === true,
      packed: pack(vector),
      vector: [...vector],
    };
  }
}

function pack(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * BYTES);
  vector.forEach((value, at) => {
    bytes.writeFloatLE(value, at * BYTES);
  });
  return bytes.toString('base64');
}

function unpack(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, at) =>
    bytes.readFloatLE(at * BYTES),
  );
}
