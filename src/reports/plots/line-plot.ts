import type { Html } from '../../platform/html.js';
import { type Interval, intervalSeries } from './interval-series.js';
import { axisLook, legendOf, type PlotFrame, SERIES_COLOURS, SOFT, svgPlot } from './svg-plot.js';

/** A value at each of the categories; null where there is none. */
export interface PlotLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly intervals?: readonly (Interval | null)[];
}

/** A level to compare with, across the whole plot. */
export interface PlotLevel {
  readonly name: string;
  readonly value: number;
}

export interface LinePlot extends PlotFrame {
  readonly xName: string;
  readonly yName: string;
  readonly categories: readonly string[];
  readonly lines: readonly PlotLine[];
  readonly levels?: readonly PlotLevel[];
}

/** Lines with whiskers over categories in their order. The axis of values begins where the values do. */
export function linePlot({ xName, yName, categories, lines, levels = [], ...frame }: LinePlot): Html {
  const colourOf = (place: number): string => SERIES_COLOURS[place % SERIES_COLOURS.length] ?? SOFT;
  return svgPlot(
    {
      grid: { left: 56, right: 20, top: lines.length > 1 ? 36 : 16, bottom: 44 },
      legend: legendOf(lines.map(({ name }) => name)),
      xAxis: {
        ...axisLook(xName),
        type: 'category',
        data: [...categories],
        nameGap: 28,
        splitLine: { show: false },
      },
      yAxis: { ...axisLook(yName), type: 'value', scale: true, nameGap: 40 },
      series: [
        ...lines.flatMap(({ name, values, intervals = [] }, place) => [
          {
            type: 'line',
            name,
            data: [...values],
            symbol: 'circle',
            symbolSize: 7,
            connectNulls: true,
            lineStyle: { width: 2, color: colourOf(place) },
            itemStyle: { color: colourOf(place) },
            ...(place === 0 ? levelLines(levels) : {}),
          },
          intervalSeries(intervals, { colour: colourOf(place), along: 'y' }),
        ]),
        // Levels count when the axis is laid out, though only their marks are drawn.
        {
          type: 'line',
          data: levels.map(({ value }) => value),
          symbol: 'none',
          lineStyle: { opacity: 0, color: SOFT },
        },
      ],
    },
    frame,
  );
}

const levelLines = (levels: readonly PlotLevel[]): object => ({
  markLine: {
    silent: true,
    symbol: 'none',
    lineStyle: { color: SOFT, type: 'dashed', width: 1.25 },
    label: { position: 'insideEndBottom', color: SOFT, fontSize: 12, formatter: '{b}' },
    data: levels.map(({ name, value }) => ({ name, yAxis: value })),
  },
});
