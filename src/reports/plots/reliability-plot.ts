import type { Html } from '../../platform/html.js';
import { axisLook, LINE, legendOf, type PlotFrame, SERIES_COLOURS, SOFT, svgPlot } from './svg-plot.js';

export interface ReliabilityPlot extends PlotFrame {
  readonly curves: readonly {
    readonly name: string;
    /** What was foretold, and what happened: 0 to 1. */
    readonly points: readonly { readonly forecast: number; readonly observed: number }[];
  }[];
}

/** What happened against what was foretold; on the diagonal both are the same. */
export function reliabilityPlot({ curves, ...frame }: ReliabilityPlot): Html {
  const axis = { type: 'value', min: 0, max: 1, interval: 0.2 };
  return svgPlot(
    {
      grid: { left: 56, right: 20, top: 36, bottom: 44 },
      legend: legendOf(curves.map(({ name }) => name)),
      xAxis: { ...axisLook('chance foretold'), ...axis, nameGap: 28 },
      yAxis: { ...axisLook('share that happened'), ...axis, nameGap: 40 },
      series: [
        {
          type: 'line',
          data: [
            [0, 0],
            [1, 1],
          ],
          symbol: 'none',
          silent: true,
          lineStyle: { color: SOFT, type: 'dashed', width: 1.25 },
        },
        ...curves.map(({ name, points }, place) => ({
          type: 'line',
          name,
          data: points.map(({ forecast, observed }) => [forecast, observed]),
          symbol: 'circle',
          symbolSize: 7,
          lineStyle: { width: 2, color: SERIES_COLOURS[place] ?? LINE },
          itemStyle: { color: SERIES_COLOURS[place] ?? LINE },
        })),
      ],
    },
    frame,
  );
}
