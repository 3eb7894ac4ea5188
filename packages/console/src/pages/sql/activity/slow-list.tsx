// The statements of the server's statistics that took most time.

import { formatCount, formatMs, plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import type { Dialect } from '../server/dialect.ts';
import type { SlowStatement } from './activity.ts';

const WAY_OUT: Readonly<Record<Dialect, string>> = {
  postgres:
    'They are kept by the extension pg_stat_statements: it goes into shared_preload_libraries, and then CREATE EXTENSION pg_stat_statements.',
  mysql: 'They are kept by performance_schema, which is off, empty, or not for this user.',
  mariadb:
    'They are kept by performance_schema, which is off by default: performance_schema=ON in the server’s settings.',
};

interface SlowListProps {
  readonly statements: readonly SlowStatement[] | 'unknown';
  readonly dialect: Dialect;
  readonly onExplain: (sql: string) => void;
}

/** The list, or why there is none. */
export function SlowList({ statements, dialect, onExplain }: SlowListProps) {
  if (statements === 'unknown' || statements.length === 0)
    return <Empty title="The server has no statistics of statements">{WAY_OUT[dialect]}</Empty>;
  return (
    <ul class="sql-history" aria-label="Statements with most time">
      {statements.map(({ sql, calls, totalMs, meanMs, rows }) => (
        <li key={sql}>
          <pre tabIndex={0}>{visibleText(sql, true)}</pre>
          <p class="row muted">
            <span class="badge warn">{formatMs(totalMs)} in all</span>
            <span>{formatMs(meanMs)} each</span>
            <span>{formatCount(calls)} runs</span>
            <span>{plural(rows, 'row')}</span>
            <Button onClick={() => onExplain(sql)}>Explain</Button>
          </p>
        </li>
      ))}
    </ul>
  );
}
