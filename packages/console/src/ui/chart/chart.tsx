// A chart over time or over another number, and its last values as a table. Its code comes with the first page that has one.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../../browser/theme.ts';
import './chart.css';
import type { ChartProps } from './chart-props.ts';
import { HEIGHT, optionsOf } from './plot-options.ts';
import { ValuesTable } from './values-table.tsx';

export type { Line } from './chart-props.ts';

const DARK = '(prefers-color-scheme: dark)';

/** The chart, as wide as its place. */
export function Chart({ label, x, values, lines, isTime = true }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const names = lines.map(({ name }) => name).join('\n');
  const colours = useColours();
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    const made = new uPlot(optionsOf(box, lines, isTime), dataOf(x, values), box);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(100, box.clientWidth), height: HEIGHT }),
    );
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, isTime, colours]);
  useEffect(() => plot.current?.setData(dataOf(x, values)), [x, values]);
  return (
    <div class="chart">
      <div ref={place} class="chart-plot" role="img" aria-label={label} />
      <ValuesTable label={label} x={x} values={values} lines={lines} isTime={isTime} />
    </div>
  );
}

/** Changes when the page's colours do: by the person's choice, or by the system's. */
function useColours(): string {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const follow = () => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return `${theme.value} ${isDark}`;
}

function dataOf(x: ChartProps['x'], values: ChartProps['values']): uPlot.AlignedData {
  return [x, ...values] as unknown as uPlot.AlignedData;
}
