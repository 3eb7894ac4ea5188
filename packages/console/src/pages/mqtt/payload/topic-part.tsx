// The topic that is chosen: its last message, its numbers, and what can be done with it.
import { formatCount, formatTime } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { useNow } from '../feed/use-now.ts';
import { clearRetained } from '../publish/clear-retained.tsx';
import type { MqttState } from '../state.ts';
import type { TopicNode } from '../tree/topic-tree.ts';
import { MessageFacts } from './message-facts.tsx';
import { Payload } from './payload-view.tsx';

interface TopicPartProps {
  readonly state: MqttState;
  readonly mayWrite: boolean;
}

/** The topic. */
export function TopicPart({ state, mayWrite }: TopicPartProps) {
  const { feed, topic, view } = state;
  const now = useNow(feed);
  const node = feed.tree.node(topic.value);
  if (topic.value === '') return <Empty title="No topic chosen">Choose one in the tree.</Empty>;
  return (
    <div class="mqtt-topic stack">
      <h2>
        <bdi>{visibleText(topic.value)}</bdi>
      </h2>
      <Actions key={topic.value} state={state} mayWrite={mayWrite} />
      {node?.last === undefined ? (
        <p class="muted">No message of exactly this topic has come.</p>
      ) : (
        <>
          <Numbers node={node} now={now} />
          <MessageFacts message={node.last} />
          {node.isCut && <p class="notice">Only the beginning of this payload is kept: too much has come.</p>}
          <Payload message={node.last} view={view} />
        </>
      )}
    </div>
  );
}

function Numbers({ node, now }: { readonly node: TopicNode; readonly now: number }) {
  return (
    <dl class="mqtt-facts">
      <dt>Messages</dt>
      <dd>{formatCount(node.own)}</dd>
      <dt>With those below</dt>
      <dd>
        {formatCount(node.total)}, {node.rate.at(now).toFixed(1)} a second
      </dd>
      <dt>Last one</dt>
      <dd>{formatTime(node.last?.at ?? 0)}</dd>
    </dl>
  );
}

function Actions({ state, mayWrite }: TopicPartProps) {
  const { topic, publication, part, caller } = state;
  const work = useWork();
  const publishHere = () => {
    publication.topic.value = topic.peek();
    part.value = 'publish';
  };
  return (
    <>
      <div class="row">
        {mayWrite && <Button onClick={publishHere}>Publish here</Button>}
        {mayWrite && (
          <Button
            isBusy={work.state.value === 'running'}
            onClick={() => void clearRetained(caller, work, topic.peek())}
          >
            Clear retained
          </Button>
        )}
        <CopyButton text={topic.value} what="topic" />
      </div>
      <ProblemView error={work.error.value} />
    </>
  );
}
