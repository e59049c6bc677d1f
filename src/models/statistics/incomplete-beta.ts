/** Lanczos coefficients for g = 7 and nine terms, good to 15 digits. */
const LANCZOS_FIRST = 0.99999999999980993;
const LANCZOS_TERMS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LARGEST_ERROR = 1e-12;
const MOST_TERMS = 10_000;
/** Stands for a denominator of zero. */
const TINY = 1e-300;

/** The logarithm of the gamma function, for x > 0 (Lanczos 1964). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = LANCZOS_TERMS.reduce((total, term, index) => total + term / (x + index), LANCZOS_FIRST);
  const base = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * The regularised incomplete beta function I_x(a, b) for x in [0, 1] and a, b > 0: the chance that a Beta(a, b) is at most x. By
 * its continued fraction (DLMF 8.17.22), evaluated from the front (Lentz 1976).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean only; the function is symmetric.
  return x > (a + 1) / (a + b + 2) ? 1 - byFraction(1 - x, b, a) : byFraction(x, a, b);
}

function byFraction(x: number, a: number, b: number): number {
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  return front / continuedFraction(x, a, b);
}

function continuedFraction(x: number, a: number, b: number): number {
  let value = 1;
  let numerator = 1;
  let denominator = 0;
  for (let term = 1; term <= MOST_TERMS; term += 1) {
    const coefficient = coefficientOf(term, x, a, b);
    denominator = 1 / nonZero(1 + coefficient * denominator);
    numerator = nonZero(1 + coefficient / numerator);
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) < LARGEST_ERROR) break;
  }
  return value;
}

function coefficientOf(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  const at = a + 2 * m;
  return term % 2 === 0
    ? (m * (b - m) * x) / ((at - 1) * at)
    : (-(a + m) * (a + b + m) * x) / (at * (at + 1));
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
