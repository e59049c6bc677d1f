import type { CustomSeriesRenderItem } from 'echarts';

/** A value with the range it may well lie in. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Whiskers from low to high, for each place on the other axis. `along`: the axis on which the values lie. */
export function intervalSeries(
  intervals: readonly (Interval | null)[],
  { colour, along }: { readonly colour: string; readonly along: 'x' | 'y' },
): object {
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const [place, low, high] = [0, 1, 2].map((dimension) => Number(api.value(dimension)));
    const at = (value: number | undefined): number[] =>
      api.coord(along === 'y' ? [place ?? 0, value ?? 0] : [value ?? 0, place ?? 0]);
    const [x1 = 0, y1 = 0] = at(low);
    const [x2 = 0, y2 = 0] = at(high);
    return {
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style: { fill: 'none', stroke: colour, lineWidth: 1.5, opacity: 0.55 },
    };
  };
  return {
    type: 'custom',
    renderItem,
    silent: true,
    encode: along === 'y' ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: intervals.flatMap((interval, place) =>
      interval === null ? [] : [[place, interval.low, interval.high]],
    ),
  };
}
