import type { Html } from '../../platform/html.js';
import { axisLook, legendOf, type PlotFrame, SERIES_COLOURS, svgPlot } from './svg-plot.js';

export interface BarPlot extends PlotFrame {
  readonly xName: string;
  readonly yName: string;
  readonly categories: readonly string[];
  readonly bars: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Bars side by side over categories in their order, from 0. */
export function barPlot({ xName, yName, categories, bars, ...frame }: BarPlot): Html {
  return svgPlot(
    {
      grid: { left: 56, right: 20, top: 36, bottom: 44 },
      legend: { ...legendOf(bars.map(({ name }) => name)), itemHeight: 10 },
      xAxis: {
        ...axisLook(xName),
        type: 'category',
        data: [...categories],
        nameGap: 28,
        splitLine: { show: false },
      },
      yAxis: { ...axisLook(yName), type: 'value', min: 0, nameGap: 40 },
      series: bars.map(({ name, values }, place) => ({
        type: 'bar',
        name,
        data: [...values],
        barGap: '12%',
        barCategoryGap: '32%',
        itemStyle: { color: SERIES_COLOURS[place % SERIES_COLOURS.length], borderRadius: [2, 2, 0, 0] },
      })),
    },
    frame,
  );
}
