// Topics: subscribe, look at what comes as a tree and as a log, publish.
import { useEffect, useMemo } from 'preact/hooks';
import { may } from '../../session/access.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Sections } from '../../ui/layout/sections.tsx';
import { Split } from '../../ui/layout/split.tsx';
import type { PageProps } from '../contract.ts';
import { LogPart } from './log/log-part.tsx';
import { StatusLine } from './subscribe/status-line.tsx';
import { SubscribeForm } from './subscribe/subscribe-form.tsx';
import './mqtt.css';
import { TopicPart } from './payload/topic-part.tsx';
import { PublishForm } from './publish/publish-form.tsx';
import { type MqttState, makeState } from './state.ts';
import { TreePart } from './tree/tree-part.tsx';

/** The page. */
export function Page({ tab, caller, connection }: PageProps) {
  const state = useMemo(() => makeState(tab, caller), [tab, caller]);
  useEffect(() => () => state.feed.stop(), [state]);
  const mayRead = connection !== undefined && may(connection, 'mqtt', 'read');
  const mayWrite = connection !== undefined && may(connection, 'mqtt', 'write');
  if (!mayRead) return <PublishForm state={state} />;
  return (
    <div class="mqtt fill">
      <SubscribeForm state={state} />
      <StatusLine state={state} />
      <Split
        direction="columns"
        label="Size of the topic tree"
        share={state.share}
        first={<TreePart state={state} />}
        second={<Parts state={state} mayWrite={mayWrite} />}
      />
    </div>
  );
}

function Parts({ state, mayWrite }: { readonly state: MqttState; readonly mayWrite: boolean }) {
  const publish = () =>
    mayWrite ? (
      <PublishForm state={state} />
    ) : (
      <Empty title="This token may not publish">It needs the scope mqtt:write for this connection.</Empty>
    );
  return (
    <Sections
      label="Parts of the page"
      current={state.part}
      sections={[
        ['topic', 'Topic', () => <TopicPart state={state} mayWrite={mayWrite} />],
        ['messages', 'Messages', () => <LogPart state={state} />],
        ['publish', 'Publish', publish],
      ]}
    />
  );
}
