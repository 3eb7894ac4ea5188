// One table: its columns, indexes and keys, with their sizes where the server says them.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBytes, formatCount } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Relation, RelationDetail } from '../catalogue/model.ts';
import { DetailTable } from './detail-table.tsx';

interface TableViewProps {
  readonly catalogue: Catalogue;
  readonly relation: Relation;
  readonly onRows: (relation: Relation) => void;
}

/** A table in detail, read when it is looked at. */
export function TableView({ catalogue, relation, onRows }: TableViewProps) {
  const work = useWork();
  const detail = useSignal<RelationDetail | undefined>(undefined);
  const load = () =>
    void work.run(async (signal) => {
      detail.value = await catalogue.detail(relation, signal);
    });
  useEffect(() => {
    detail.value = undefined;
    load();
  }, [relation.schema, relation.name]);
  const { kind, rows, bytes } = relation;
  return (
    <div class="stack sql-detail">
      <div class="row">
        <h2>{visibleText(`${relation.schema}.${relation.name}`)}</h2>
        <span class="badge">{kind}</span>
        {rows !== undefined && <span class="badge">≈ {formatCount(Math.round(rows))} rows</span>}
        {bytes !== undefined && <span class="badge">{formatBytes(bytes)} with indexes</span>}
        <Button onClick={() => onRows(relation)}>First 100 rows</Button>
      </div>
      {work.state.value === 'running' && (
        <Progress label="Reading the table’s structure" onStop={() => work.stop()} />
      )}
      <ProblemView error={work.error.value} onRetry={load} />
      {detail.value !== undefined && <Parts detail={detail.value} />}
    </div>
  );
}

function Parts({ detail }: { readonly detail: RelationDetail }) {
  const { columns, indexes, constraints, referencedBy } = detail;
  return (
    <>
      <DetailTable
        title="Columns"
        heads={['Name', 'Type', 'NULL', 'Default', 'Key']}
        rows={columns.map(({ name, type, isNullable, initial, keys }) => [
          name,
          type,
          isNullable ? 'yes' : 'no',
          initial,
          keys,
        ])}
      />
      <DetailTable
        title="Indexes"
        heads={['Name', 'Definition', 'Size', 'Used']}
        rows={indexes.map(({ name, definition, bytes, uses }) => [
          name,
          definition,
          bytes === undefined ? '–' : formatBytes(bytes),
          uses === undefined ? '–' : `${formatCount(uses)} times`,
        ])}
      />
      <DetailTable
        title="Foreign keys and checks"
        heads={['Name', 'Definition']}
        rows={constraints.map(({ name, definition }) => [name, definition])}
      />
      <DetailTable
        title="Referenced by"
        heads={['Name', 'Definition']}
        rows={referencedBy.map(({ name, definition }) => [name, definition])}
      />
    </>
  );
}
