// The SQL page: an editor with results and plans, the server's tables, what it runs, and what was run before.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { draft } from '../../app/tabs/tab.ts';
import { useMedia } from '../../browser/hooks.ts';
import { visibleText } from '../../browser/visible-text.ts';
import { Sections } from '../../ui/layout/sections.tsx';
import { Split } from '../../ui/layout/split.tsx';
import type { PageProps } from '../contract.ts';
import { ActivityView } from './activity/activity-view.tsx';
import { Catalogue } from './catalogue/catalogue.ts';
import type { Relation } from './catalogue/model.ts';
import { History } from './history/history.ts';
import { HistoryView } from './history/history-view.tsx';
import { QueryView } from './query/query-view.tsx';
import { QuerySession } from './query/session.ts';
import { dialectOf } from './server/dialect.ts';
import { firstRows } from './server/first-rows.ts';
import { TableList } from './tables/table-list.tsx';
import { TableView } from './tables/table-view.tsx';
import './sql.css';

type Section = 'query' | 'tables' | 'table' | 'activity' | 'history';

interface Model {
  readonly session: QuerySession;
  readonly section: Signal<Section>;
  readonly relation: Signal<Relation | undefined>;
  readonly filter: Signal<string>;
  readonly search: Signal<string>;
}

/** Room for the tables beside the editor. */
const WIDE = '(min-width: 1000px)';

/** The page. */
export function Page(props: PageProps) {
  const model = useMemo(() => modelOf(props), [props.tab]);
  const { session } = model;
  useEffect(() => {
    void session.catalogue.load();
    return () => {
      session.catalogue.work.stop();
      session.work.stop();
    };
  }, [session]);
  const tablesShare = useSignal(24);
  const isWide = useMedia(WIDE);
  if (!isWide) return <Parts {...props} model={model} isWide={false} />;
  return (
    <Split
      direction="columns"
      label="Width of the tables"
      share={tablesShare}
      first={<Tables model={model} />}
      second={<Parts {...props} model={model} isWide />}
    />
  );
}

function modelOf(props: PageProps): Model {
  const { tab, caller, connection } = props;
  const catalogue = new Catalogue(caller, dialectOf(connection ?? { scopes: {} }));
  return {
    session: new QuerySession(props, catalogue, new History(connection?.name ?? '')),
    section: draft<Section>(tab, 'section', 'query'),
    relation: draft<Relation | undefined>(tab, 'relation', undefined),
    filter: draft(tab, 'filter', ''),
    search: draft(tab, 'search', ''),
  };
}

/** Puts the statement for a table's first rows into the editor, and runs it. */
function showRows({ session, section }: Model, relation: Relation): void {
  section.value = 'query';
  const { catalogue } = session;
  void session.put(
    firstRows(relation, catalogue.facts.peek()?.schema ?? '', catalogue.dialect.peek()),
    'run',
  );
}

function Tables({ model }: { readonly model: Model }) {
  const { session, filter, relation, section } = model;
  return (
    <TableList
      catalogue={session.catalogue}
      filter={filter}
      onRows={(chosen) => showRows(model, chosen)}
      onDetail={(chosen) => {
        relation.value = chosen;
        section.value = 'table';
      }}
    />
  );
}

function Parts({
  model,
  tab,
  caller,
  isWide,
}: PageProps & { readonly model: Model; readonly isWide: boolean }) {
  const { session, section, relation, search } = model;
  const share = useSignal(40);
  const use = (sql: string, wish?: 'plan') => {
    section.value = 'query';
    void session.put(sql, wish);
  };
  const { catalogue } = session;
  const table = relation.value;
  return (
    <Sections<Section>
      label="SQL"
      current={section}
      sections={[
        ['query', 'Query', () => <QueryView session={session} share={share} />],
        ...(isWide ? [] : [['tables', 'Tables', () => <Tables model={model} />] as const]),
        ...(table === undefined
          ? []
          : [
              [
                'table',
                visibleText(table.name),
                () => (
                  <TableView
                    catalogue={catalogue}
                    relation={table}
                    onRows={(each) => showRows(model, each)}
                  />
                ),
              ] as const,
            ]),
        [
          'activity',
          'Activity',
          () => (
            <ActivityView
              tab={tab}
              caller={caller}
              dialect={catalogue.dialect.value}
              mayWrite={session.mayWrite}
              onExplain={(sql) => use(sql, 'plan')}
            />
          ),
        ],
        [
          'history',
          'History',
          () => <HistoryView history={session.history} search={search} onUse={(sql) => use(sql)} />,
        ],
      ]}
    />
  );
}
