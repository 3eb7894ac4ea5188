// The last values of a chart as a table, for those who would rather read, or do not see.
import { useSignal } from '@preact/signals';
import { formatTime } from '../../browser/format.ts';
import type { ChartProps } from './chart-props.ts';

const SHOWN_VALUES = 20;

/** The table, folded until wanted; the newest first. */
export function ValuesTable({ label, x, values, lines, isTime = true }: ChartProps) {
  const isOpen = useSignal(false);
  return (
    <details
      class="chart-table"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        As a table<span class="visually-hidden">: {label}</span>
      </summary>
      {isOpen.value && (
        <div class="scroll" role="region" aria-label={`Values: ${label}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{isTime ? 'Time' : 'At'}</th>
                {lines.map(({ name }) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lastPlaces(x.length).map((at) => (
                <tr key={at}>
                  <th scope="row">{isTime ? formatTime((x[at] ?? 0) * 1_000) : x[at]}</th>
                  {lines.map(({ name, format }, i) => (
                    <td key={name} class="number">
                      {said(values[i]?.[at], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

const said = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '–' : format(value);

/** The last places of a list, backwards. */
function lastPlaces(length: number): readonly number[] {
  return Array.from({ length: Math.min(SHOWN_VALUES, length) }, (_, i) => length - 1 - i);
}
