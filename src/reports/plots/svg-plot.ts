import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Html, html, Html as SafeHtml } from '../../platform/html.js';

use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** Colours by their names in the style of the page, so that one drawing does for light and dark. */
const INK = 'var(--ink)';
export const SOFT = 'var(--soft)';
export const LINE = 'var(--line)';
export const SERIES_COLOURS: readonly string[] = ['var(--first)', 'var(--second)', 'var(--third)'];

const FONT = 'system-ui, -apple-system, "Segoe UI", sans-serif';

export interface PlotFrame {
  /** What the plot shows, for those who can not see it. */
  readonly description: string;
  readonly height: number;
}

/** About as wide as half a page, so that text keeps its size there. */
const WIDTH = 540;

/** Draws the plot as SVG, to stand in a page whose style has the colours. No script, no network. */
export function svgPlot(option: EChartsCoreOption, { description, height }: PlotFrame): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT, fontSize: 12, color: INK },
      ...option,
    });
    const drawn = chart.renderToSVGString({ useViewBox: true });
    const labelled = html`<svg role="img" aria-label="${description}"`.text;
    return new SafeHtml(drawn.replace('<svg', labelled));
  } finally {
    chart.dispose();
  }
}

/** A legend above the plot, for more than one series. */
export const legendOf = (names: readonly string[]): object => ({
  show: names.length > 1,
  top: 0,
  left: 0,
  icon: 'roundRect',
  itemWidth: 12,
  itemHeight: 4,
  itemGap: 20,
  borderColor: 'transparent',
  textStyle: { color: INK, fontSize: 12 },
  data: names,
});

/** What both axes of a plot look like. */
export const axisLook = (name: string): object => ({
  name,
  nameLocation: 'middle',
  nameTextStyle: { color: SOFT, fontSize: 12 },
  axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true },
  axisLine: { show: true, lineStyle: { color: LINE } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: LINE } },
});
