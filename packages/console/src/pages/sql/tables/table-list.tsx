// The tables and views of a server by schema, to be chosen from.

import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { formatBytes, formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { type Catalogue, MAX_RELATIONS } from '../catalogue/catalogue.ts';
import { bySchema, matchingRelations, type Relation } from '../catalogue/model.ts';

/** So many of a schema are listed before somebody asks for more. */
const PORTION = 200;
/** So many are listed with all schemas open. */
const OPEN = 40;

interface TableListProps {
  readonly catalogue: Catalogue;
  readonly filter: Signal<string>;
  /** Looks at the rows. */
  readonly onRows: (relation: Relation) => void;
  /** Looks at the columns, indexes and keys. */
  readonly onDetail: (relation: Relation) => void;
}

/** The list, with its filter. */
export function TableList({ catalogue, filter, ...actions }: TableListProps) {
  const { work, relations, facts } = catalogue;
  const isLoading = work.state.value === 'running';
  const found = matchingRelations(relations.value, filter.value);
  const groups = bySchema(found, facts.value?.schema ?? '');
  return (
    <section class="sql-tables fill" aria-label="Tables">
      <div class="row bottom">
        <TextField class="grow" label="Filter tables" type="search" value={filter} />
        <Button isBusy={isLoading} onClick={() => void catalogue.load()} label="Load the tables anew">
          ↻
        </Button>
      </div>
      <ProblemView error={work.error.value} onRetry={() => void catalogue.load()} />
      {isLoading && relations.value.length === 0 && (
        <Progress label="Reading the catalogue" onStop={() => work.stop()} />
      )}
      {relations.value.length >= MAX_RELATIONS && (
        <p class="notice">
          The first {formatCount(MAX_RELATIONS)} tables are listed. Others can be queried all the same.
        </p>
      )}
      <div class="scroll grow" tabIndex={0} role="group" aria-label="Schemas">
        {groups.map(([schema, tables]) => (
          <Schema
            key={schema}
            schema={schema}
            tables={tables}
            isOpen={found.length <= OPEN || schema === facts.value?.schema || filter.value !== ''}
            {...actions}
          />
        ))}
        {!isLoading && facts.value !== undefined && groups.length === 0 && (
          <Empty title={filter.value === '' ? 'No tables' : 'No table has this in its name'}>
            {filter.value === '' ? 'The connection’s user sees none in this database.' : 'Change the filter.'}
          </Empty>
        )}
      </div>
    </section>
  );
}

interface SchemaProps extends Pick<TableListProps, 'onRows' | 'onDetail'> {
  readonly schema: string;
  readonly tables: readonly Relation[];
  readonly isOpen: boolean;
}

function Schema({ schema, tables, isOpen, ...actions }: SchemaProps) {
  const shown = useSignal(PORTION);
  return (
    <details class="sql-schema" open={isOpen}>
      <summary>
        {visibleText(schema)} <span class="muted">{formatCount(tables.length)}</span>
      </summary>
      <ul>
        {tables.slice(0, shown.value).map((relation) => (
          <TableItem key={relation.name} relation={relation} {...actions} />
        ))}
      </ul>
      {tables.length > shown.value && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            shown.value += 5 * PORTION;
          }}
        >
          {formatCount(tables.length - shown.value)} more
        </button>
      )}
    </details>
  );
}

function TableItem({
  relation,
  onRows,
  onDetail,
}: Omit<SchemaProps, 'schema' | 'tables' | 'isOpen'> & { readonly relation: Relation }) {
  const { name, kind, rows, bytes } = relation;
  const facts = [
    kind === 'table' ? '' : kind,
    rows === undefined ? '' : `≈ ${formatCount(Math.round(rows))} rows`,
    bytes === undefined ? '' : formatBytes(bytes),
  ].filter((fact) => fact !== '');
  return (
    <li class="sql-table">
      <button
        type="button"
        class="sql-table-name"
        onClick={() => onRows(relation)}
        title={`The first rows of ${visibleText(name)}`}
      >
        <span>{visibleText(name)}</span>
        <small class="muted">{facts.join(' · ')}</small>
      </button>
      <Button kind="quiet" onClick={() => onDetail(relation)} label={`Structure of ${visibleText(name)}`}>
        ⋯
      </Button>
    </li>
  );
}
