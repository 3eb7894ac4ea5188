// MongoDB: collections, searches, pipelines stage by stage, indexes and plans.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { draft } from '../../app/tabs/tab.ts';
import { useMedia } from '../../browser/hooks.ts';
import { visibleText } from '../../browser/visible-text.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Sections } from '../../ui/layout/sections.tsx';
import { Split } from '../../ui/layout/split.tsx';
import type { PageProps } from '../contract.ts';
import { type Desk, deskOf } from './desk.ts';
import { Find } from './documents/find.tsx';
import { FindState } from './documents/find-state.ts';
import { Explain } from './indexes/explain.tsx';
import { Indexes } from './indexes/indexes.tsx';
import './mongodb.css';
import { Pipeline } from './pipeline/pipeline.tsx';
import { PipelineState } from './pipeline/pipeline-state.ts';
import { PlaceChoice } from './place/place.tsx';
import { WriteState } from './write/write-state.ts';

/** No room for two parts side by side, as in `styles/layout.css`. */
const NARROW = '(max-width: 700px)';

/** The page. */
export function Page({ tab, caller, access, connection }: PageProps) {
  const desk = useMemo(
    () => (connection === undefined ? undefined : deskOf(tab, caller, access, connection)),
    [tab, caller, access, connection],
  );
  const isNarrow = useMedia(NARROW);
  if (desk === undefined) return <Empty title="No connection">Choose a connection on the left.</Empty>;
  if (isNarrow) {
    return (
      <div class="mongodb-narrow">
        <details class="card" open={desk.collection.value === ''}>
          <summary>Collections</summary>
          <PlaceChoice desk={desk} />
        </details>
        <CollectionView desk={desk} />
      </div>
    );
  }
  return (
    <Split
      direction="columns"
      label="Size of the list of collections"
      share={draft(tab, 'share', 22)}
      first={<PlaceChoice desk={desk} />}
      second={<CollectionView desk={desk} />}
    />
  );
}

/** What is looked at of the collection. */
function CollectionView({ desk }: { readonly desk: Desk }) {
  const find = useMemo(() => new FindState(desk), [desk]);
  const write = useMemo(() => new WriteState(desk, () => void find.run()), [desk, find]);
  const pipeline = useMemo(() => new PipelineState(desk), [desk]);
  const current = draft(desk.tab, 'part', 'documents');
  const name = `${desk.database.value}.${desk.collection.value}`;
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (name === '.' || before.current === name) return;
    const isOther = before.current !== undefined;
    before.current = name;
    find.clear();
    pipeline.clear();
    if (isOther) find.fields.skip.value = '0';
    void find.run();
  }, [name, find, pipeline]);
  useEffect(
    () => () => {
      find.stop();
      pipeline.work.stop();
    },
    [find, pipeline],
  );
  if (desk.collection.value === '')
    return <Empty title="No collection">Choose a collection, or type the names of one.</Empty>;
  return (
    <div class="mongodb-collection-view">
      <h2 class="mono">{visibleText(name)}</h2>
      <Sections
        label="Parts of the collection"
        current={current}
        sections={[
          ['documents', 'Documents', () => <Find state={find} write={write} />],
          ['pipeline', 'Aggregation', () => <Pipeline state={pipeline} />],
          ['indexes', 'Indexes', () => <Indexes desk={desk} />],
          ['explain', 'Explain', () => <Explain state={find} />],
        ]}
      />
    </div>
  );
}
