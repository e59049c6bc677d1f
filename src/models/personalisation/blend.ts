import type { Blend } from './settings.js';

/**
 * The blend of a catalogue that has no use for some terms: their weights are left out, and the others scaled to sum to 1 again. A
 * catalogue whose polls have no sides and can not be passed is so ordered by interest, co-votes and popularity.
 */
export function blendWithout(blend: Blend, missing: ReadonlySet<keyof Blend>): Blend {
  if (missing.size === 0) return blend;
  const weightOf = (term: keyof Blend): number => (missing.has(term) ? 0 : blend[term]);
  const sum = Object.keys(blend).reduce((total, term) => total + weightOf(term as keyof Blend), 0);
  const share = (term: keyof Blend): number => (sum === 0 ? 0 : weightOf(term) / sum);
  return {
    liking: share('liking'),
    answer: share('answer'),
    interest: share('interest'),
    covotes: share('covotes'),
    popularity: share('popularity'),
  };
}
