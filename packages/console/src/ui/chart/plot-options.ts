// A chart's looks for uPlot: the page's colours, axes that fit a telephone, a point where a value stands between gaps.
import type uPlot from 'uplot';
import { formatTime } from '../../browser/format.ts';
import type { Line } from './chart-props.ts';

/** Of the plot, in pixels. */
export const HEIGHT = 220;

const NARROW = 420;
/** Of the axis below the plot, in pixels. */
const AXIS_HEIGHT = 30;
/** Between two moments of the axis, in seconds: never less than what its words can tell apart. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
const MINUTE_S = 60;
const DAY_S = 86_400;
const DASHES = [6, 4];
/** Fewer values are seen as points, too. */
const FEW = 30;

/** The options of a plot in its place. */
export function optionsOf(box: HTMLElement, lines: readonly Line[], isTime: boolean): uPlot.Options {
  const style = getComputedStyle(box);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: color('--muted'),
    font,
    grid: { stroke: color('--border'), width: 1 },
    ticks: { show: false },
  };
  const format = lines[0]?.format ?? String;
  const isNarrow = box.clientWidth < NARROW;
  return {
    width: Math.max(100, box.clientWidth),
    height: HEIGHT,
    scales: { x: { time: isTime }, y: { range: (_, least, most) => rangeOf(least, most) } },
    axes: [
      {
        ...axis,
        space: 80,
        size: AXIS_HEIGHT,
        ...(isTime && {
          incrs: STEPS_S,
          values: (_, ticks, __, ___, step) => ticks.map((tick) => clock(tick, step)),
        }),
      },
      { ...axis, size: isNarrow ? 58 : 72, values: (_, ticks) => ticks.map((tick) => format(tick)) },
    ],
    series: [firstSeries(isTime), ...lines.map((line) => seriesOf(line, color))],
  };
}

/** From zero, or from the least where that is below; with room above the most. */
function rangeOf(least: number, most: number): [number, number] {
  const low = Math.min(0, least ?? 0);
  const high = Math.max(0, most ?? 0);
  return [low, high === low ? low + 1 : high + (high - low) * 0.08];
}

/** A moment of the axis, as long as its steps need. @param step Seconds. */
function clock(moment: number, step: number): string {
  const text = formatTime(moment * 1_000);
  if (step >= DAY_S) return text.slice(5, 10);
  return step >= MINUTE_S ? text.slice(11, 16) : text.slice(11);
}

function firstSeries(isTime: boolean): uPlot.Series {
  if (!isTime) return { label: 'At' };
  return {
    label: 'Time',
    value: (_, value: number | null) => (value === null ? '–' : formatTime(value * 1_000)),
  };
}

function seriesOf(
  { name, color: property, format, isDashed }: Line,
  color: (name: string) => string,
): uPlot.Series {
  return {
    label: name,
    stroke: color(property),
    width: 1.75,
    spanGaps: false,
    ...(isDashed === true && { dash: DASHES }),
    points: { show: (plot) => plot.data[0].length < FEW, size: 5 },
    value: (_, value: number | null) => (value === null ? '–' : format(value)),
  };
}
