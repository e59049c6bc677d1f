/** By what recall divides: the number of test items, or at most the length of the list. */
export type RecallDenominator = 'all' | 'min';

/** Share of the test items that are among the first `length` of the list. */
export function recallAt(
  ranked: readonly string[],
  relevant: ReadonlySet<string>,
  { length, denominator }: { readonly length: number; readonly denominator: RecallDenominator },
): number {
  const hits = ranked.slice(0, length).filter((poll) => relevant.has(poll)).length;
  const whole = denominator === 'min' ? Math.min(length, relevant.size) : relevant.size;
  return whole === 0 ? 0 : hits / whole;
}

/** Discounted gain of the first `length`, 1 / log2(place + 1) for each test item, by that of the best list possible. */
export function ndcgAt(ranked: readonly string[], relevant: ReadonlySet<string>, length: number): number {
  const discount = (place: number): number => 1 / Math.log2(place + 2);
  let gain = 0;
  ranked.slice(0, length).forEach((poll, place) => {
    if (relevant.has(poll)) gain += discount(place);
  });
  let best = 0;
  for (let place = 0; place < Math.min(length, relevant.size); place += 1) best += discount(place);
  return best === 0 ? 0 : gain / best;
}
