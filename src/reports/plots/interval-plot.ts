import type { Html } from '../../platform/html.js';
import { type Interval, intervalSeries } from './interval-series.js';
import { axisLook, legendOf, type PlotFrame, SERIES_COLOURS, svgPlot } from './svg-plot.js';

export interface IntervalPlot extends Pick<PlotFrame, 'description'> {
  readonly xName: string;
  /** From above to below. */
  readonly rows: readonly string[];
  readonly series: readonly {
    readonly name: string;
    /** For each row; null where there is none. */
    readonly points: readonly (({ readonly value: number } & Interval) | null)[];
  }[];
}

const ROW_HEIGHT = 26;
const AXES_HEIGHT = 84;

/** A line of dots with whiskers for each row, such as a topic. */
export function intervalPlot({ xName, rows, series, description }: IntervalPlot): Html {
  const longest = Math.max(0, ...rows.map((row) => row.length));
  return svgPlot(
    {
      grid: { left: Math.min(220, 24 + longest * 7), right: 20, top: 36, bottom: 44 },
      legend: { ...legendOf(series.map(({ name }) => name)), itemHeight: 10, itemWidth: 10, icon: 'circle' },
      xAxis: { ...axisLook(xName), type: 'value', scale: true, nameGap: 28 },
      yAxis: {
        ...axisLook(''),
        type: 'category',
        inverse: true,
        data: [...rows],
        axisLabel: { color: 'var(--ink)', fontSize: 12, width: 190, overflow: 'truncate', interval: 0 },
      },
      series: series.flatMap(({ name, points }, place) => {
        const colour = SERIES_COLOURS[place % SERIES_COLOURS.length] ?? '';
        return [
          intervalSeries(points, { colour, along: 'x' }),
          {
            type: 'line',
            name,
            data: points.flatMap((point, row) => (point === null ? [] : [[point.value, row]])),
            symbol: 'circle',
            symbolSize: 9,
            lineStyle: { opacity: 0, color: colour },
            itemStyle: { color: colour },
          },
        ];
      }),
    },
    { description, height: AXES_HEIGHT + rows.length * ROW_HEIGHT },
  );
}
