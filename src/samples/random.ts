/** A repeatable source of randomness: the same seed gives the same numbers on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not including, 1. The generator is mulberry32 by Tommy Ettinger (public domain). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Standard normal, by Box and Muller's method. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A place in `weights`, drawn in proportion to them. */
  place(weights: readonly number[]): number {
    let rest = this.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [place, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return place;
    }
    return weights.length - 1;
  }

  /**
   * `count` items, each drawn in proportion to its weight among those that are left; in the order drawn. Items are ordered by
   * exponential arrival times (Efraimidis and Spirakis, 2006).
   */
  draw<T>(items: readonly T[], count: number, weightOf: (item: T) => number): T[] {
    return items
      .map((item) => ({ item, arrival: -Math.log(1 - this.uniform()) / weightOf(item) }))
      .sort((a, b) => a.arrival - b.arrival)
      .slice(0, count)
      .map(({ item }) => item);
  }

  shuffle<T>(items: readonly T[]): T[] {
    return this.draw(items, items.length, () => 1);
  }
}
