/** A forecast and what came of it. */
export interface Forecast {
  /** 0 to 1. */
  readonly chance: number;
  readonly happened: boolean;
}

/** The forecasts of one tenth of the chances: what was said, and what happened. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly items: number;
  /** Mean chance foretold. */
  readonly forecast: number;
  /** Share that happened. */
  readonly observed: number;
}

/** How well foretold chances are chances. */
export interface ChanceCalibration {
  readonly items: number;
  /** Mean square of (chance − outcome); Brier 1950. */
  readonly brier: number;
  /** Mean of |observed − forecast| over the bins, weighted by their items: the expected calibration error of Naeini et al. 2015. */
  readonly expectedError: number;
  /** Bins of equal width, least chance first; empty ones are left out. */
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/** Null where there is no forecast. */
export function chanceCalibration(forecasts: readonly Forecast[]): ChanceCalibration | null {
  if (forecasts.length === 0) return null;
  const [items, chances, happened] = [0, 1, 2].map(() => new Float64Array(BINS)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let squares = 0;
  for (const { chance, happened: outcome } of forecasts) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(chance * BINS)));
    const came = outcome ? 1 : 0;
    items[bin] = (items[bin] as number) + 1;
    chances[bin] = (chances[bin] as number) + chance;
    happened[bin] = (happened[bin] as number) + came;
    squares += (chance - came) ** 2;
  }
  const bins = [...items].flatMap((count, bin): ReliabilityBin[] =>
    count === 0
      ? []
      : [
          {
            from: bin / BINS,
            to: (bin + 1) / BINS,
            items: count,
            forecast: (chances[bin] as number) / count,
            observed: (happened[bin] as number) / count,
          },
        ],
  );
  return {
    items: forecasts.length,
    brier: squares / forecasts.length,
    expectedError:
      bins.reduce((sum, bin) => sum + bin.items * Math.abs(bin.observed - bin.forecast), 0) /
      forecasts.length,
    bins,
  };
}
