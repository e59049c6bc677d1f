/** A sparse vector of length 1, or without entries for a text without any word. */
export interface TextVector {
  readonly grams: Int32Array;
  readonly weights: Float64Array;
}

const SHORTEST = 2;
const LONGEST = 4;

/**
 * TF-IDF vectors of texts over the n-grams of 2 to 4 characters of their words, each word with a space on either side: weight
 * (1 + ln count) · (1 + ln((1 + texts) / (1 + texts with it))), scaled to length 1 (Manning, Raghavan and Schütze, Introduction
 * to Information Retrieval, 6.4). Characters rather than words, so that inflected forms are alike and no language needs a
 * tokeniser of its own.
 */
export function vectoriseTexts(texts: readonly string[]): TextVector[] {
  const places = new Map<string, number>();
  const counts = texts.map((text) => countGrams(text, places));
  const containing = new Float64Array(places.size);
  for (const own of counts) {
    for (const gram of own.keys()) containing[gram] = (containing[gram] as number) + 1;
  }
  const rarity = containing.map((with_) => 1 + Math.log((1 + texts.length) / (1 + with_)));
  return counts.map((own) => {
    const grams = Int32Array.from(own.keys()).sort();
    const weights = Float64Array.from(
      grams,
      (gram) => (1 + Math.log(own.get(gram) ?? 1)) * (rarity[gram] as number),
    );
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    return { grams, weights: weights.map((weight) => weight / length) };
  });
}

function countGrams(text: string, places: Map<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of text.normalize('NFKC').toLowerCase().split(/\s+/u)) {
    if (word === '') continue;
    const characters = [...` ${word} `];
    for (let size = SHORTEST; size <= Math.min(LONGEST, characters.length); size += 1) {
      for (let at = 0; at + size <= characters.length; at += 1) {
        const gram = characters.slice(at, at + size).join('');
        const place = places.get(gram) ?? places.size;
        if (place === places.size) places.set(gram, place);
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** Cosines of the vectors at `rows` with those at `columns`: row-major, rows × columns. */
export function textCosines(
  vectors: readonly TextVector[],
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
): Float64Array {
  const postings = new Map<number, { readonly column: number; readonly weight: number }[]>();
  for (let column = 0; column < columns.length; column += 1) {
    const vector = vectors[columns[column] as number] as TextVector;
    vector.grams.forEach((gram, at) => {
      const entry = { column, weight: vector.weights[at] as number };
      const own = postings.get(gram);
      if (own === undefined) postings.set(gram, [entry]);
      else own.push(entry);
    });
  }
  const cosines = new Float64Array(rows.length * columns.length);
  for (let row = 0; row < rows.length; row += 1) {
    const start = row * columns.length;
    const { grams, weights } = vectors[rows[row] as number] as TextVector;
    grams.forEach((gram, at) => {
      for (const { column, weight } of postings.get(gram) ?? []) {
        cosines[start + column] = (cosines[start + column] as number) + weight * (weights[at] as number);
      }
    });
  }
  return cosines;
}
