// Documents as rows of the house's grid: sorted, filtered, opened, exported.
import { useEffect, useMemo } from 'preact/hooks';
import { Grid } from '../../../ui/grid/grid.tsx';
import { RowStore } from '../../../ui/grid/rows/row-store.ts';
import type { EjsonDocument } from '../ejson/reader.ts';
import { rowsOf } from './columns.ts';

interface DocumentTableProps {
  readonly documents: readonly EjsonDocument[];
  readonly label: string;
}

/** The table: a column for each member of the documents. */
export function DocumentTable({ documents, label }: DocumentTableProps) {
  const store = useMemo(() => new RowStore(), []);
  useEffect(() => {
    const { columns, rows } = rowsOf(documents);
    store.begin(columns);
    store.append(rows);
    store.end(true);
  }, [documents, store]);
  return (
    <div class="mongodb-table">
      <Grid store={store} label={label} fileName="documents" />
    </div>
  );
}
