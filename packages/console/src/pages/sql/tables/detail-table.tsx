// A small table of texts under a heading; nothing where it has no rows.
import { visibleText } from '../../../browser/visible-text.ts';

interface DetailTableProps {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table; it scrolls sideways within its place. */
export function DetailTable({ title, heads, rows }: DetailTableProps) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <div class="sql-wide" tabIndex={0} role="group" aria-label={title}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={`${i} ${row[0]}`}>
                {row.map((cell, column) => (
                  <td key={heads[column]} class={column === 0 ? '' : 'mono'}>
                    {visibleText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
