// The tree's side of the page: a text to look for, and the rows.

import { TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { useNow } from '../feed/use-now.ts';
import type { MqttState } from '../state.ts';
import { rowsOf } from './tree-rows.ts';
import { TreeView } from './tree-view.tsx';

/** The field and the tree. */
export function TreePart({ state }: { readonly state: MqttState }) {
  const { search } = state;
  return (
    <div class="fill">
      <TextField label="Find in topics and messages" type="search" value={search} placeholder="Any text" />
      <Tree state={state} />
    </div>
  );
}

function Tree({ state }: { readonly state: MqttState }) {
  const { feed, search, openness, topic } = state;
  const now = useNow(feed);
  const filter = search.value.trim().toLowerCase();
  const rows = rowsOf(feed.tree, openness.value, filter);
  if (rows.length === 0) return <Nothing state={state} />;
  const open = (path: string, isOpen: boolean) => {
    openness.value = new Map(openness.peek()).set(path, isOpen);
  };
  return (
    <TreeView
      rows={rows}
      selected={topic}
      now={now}
      onOpen={open}
      onShow={() => {
        state.part.value = 'topic';
      }}
    />
  );
}

function Nothing({ state: { feed, search } }: { readonly state: MqttState }) {
  if (feed.tree.topics > 0) return <Empty title={`Nothing has “${search.value.trim()}”`} />;
  if (feed.state.value === 'live')
    return <Empty title="No message yet">Topics appear here when a message comes.</Empty>;
  return <Empty title="Nothing received">Subscribe to see topics with their last values.</Empty>;
}
