import type { PollId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';

/** Text beyond this many characters says nothing new about a question. */
const LONGEST = 300;
/** Polls whose vectors are kept; about a kilobyte each. */
const MOST_KEPT = 20_000;
/** Ideographs and kana carry a meaning in two characters, letters in three. */
const DENSE_SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** A sparse vector of length 1: hashes of character n-grams, rising, and their weights. Empty for an empty text. */
interface QuestionVector {
  readonly hashes: Uint32Array;
  readonly weights: Float32Array;
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let n = from; n < to; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}

/** Square roots of counts, so that one repeated word does not make two questions alike. */
function vectorOf(question: string): QuestionVector {
  const words = question
    .slice(0, LONGEST)
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return { hashes: new Uint32Array(), weights: new Float32Array() };
  const text = ` ${words.join(' ')} `;
  const size = DENSE_SCRIPT.test(text) ? 2 : 3;
  const counts = new Map<number, number>();
  for (let n = 0; n + size <= text.length; n++) {
    const hash = hashOf(text, n, n + size);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const hashes = Uint32Array.from(counts.keys()).sort();
  // The squares of the weights are the counts: they sum to the number of n-grams.
  const length = Math.sqrt(text.length - size + 1);
  const weights = Float32Array.from(hashes, (hash) => Math.sqrt(counts.get(hash) ?? 0) / length);
  return { hashes, weights };
}

function product(a: QuestionVector, b: QuestionVector): number {
  let sum = 0;
  let i = 0;
  let j = 0;
  while (i < a.hashes.length && j < b.hashes.length) {
    const left = a.hashes[i] as number;
    const right = b.hashes[j] as number;
    if (left === right) sum += (a.weights[i++] as number) * (b.weights[j++] as number);
    else if (left < right) i++;
    else j++;
  }
  return sum;
}

/** How alike the questions of polls are, by the character n-grams they share. Vectors are made on first use and kept. */
export class QuestionVectors {
  readonly #kept = new Map<PollId, { readonly question: string; readonly vector: QuestionVector }>();

  /** Cosine, 0 to 1; 1 for the same words, 0 where a question is empty. */
  likeness(a: Poll, b: Poll): number {
    return Math.min(1, product(this.#vector(a), this.#vector(b)));
  }

  #vector({ id, question }: Poll): QuestionVector {
    const known = this.#kept.get(id);
    if (known?.question === question) return known.vector;
    const vector = vectorOf(question);
    if (known === undefined && this.#kept.size >= MOST_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(id, { question, vector });
    return vector;
  }
}
