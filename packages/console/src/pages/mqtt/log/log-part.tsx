// The messages in their order: as many as are kept, of which those in sight are drawn.
import { formatCount, plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { VirtualList } from '../../../ui/list/virtual-list.tsx';
import { type Message, previewOf } from '../feed/message.ts';
import { MessageFacts } from '../payload/message-facts.tsx';
import { Payload } from '../payload/payload-view.tsx';
import type { MqttState } from '../state.ts';
import { clockOf } from './clock.ts';
import { MAX_MESSAGES } from './message-log.ts';

/** Of a row, in pixels; as in the page's style sheet. */
const ROW = 30;

/** The log, and the message that was chosen. */
export function LogPart({ state }: { readonly state: MqttState }) {
  const { feed, search, message } = state;
  feed.drawn.value;
  const { log } = feed;
  log.filter(search.value.trim().toLowerCase());
  const count = log.found;
  return (
    <div class="fill">
      <p class="muted">
        {log.dropped > 0
          ? `The last ${formatCount(log.length)}; ${plural(log.dropped, 'older message')} dropped.`
          : `${plural(log.length, 'message')}; the last ${formatCount(MAX_MESSAGES)} are kept.`}
        {search.value.trim() !== '' && ` ${formatCount(count)} found.`}
      </p>
      {count === 0 ? (
        <Empty title="No message" />
      ) : (
        <VirtualList
          count={count}
          rowHeight={ROW}
          label="Messages"
          followsEnd
          class="mqtt-log"
          row={(index) => <Row message={log.foundAt(index)} state={state} />}
        />
      )}
      {message.value !== undefined && <Chosen state={state} message={message.value} />}
    </div>
  );
}

function Row({ message, state }: { readonly message: Message | undefined; readonly state: MqttState }) {
  if (message === undefined) return null;
  const isChosen = state.message.value === message;
  return (
    <button
      type="button"
      class="mqtt-row"
      aria-pressed={isChosen}
      onClick={() => {
        state.message.value = isChosen ? undefined : message;
      }}
    >
      <span class="muted mono">{clockOf(message.at)}</span>
      <bdi class="mqtt-row-topic">{visibleText(message.topic)}</bdi>
      {message.isRetained && <span class="badge">retained</span>}
      <bdi class="mqtt-last">{visibleText(previewOf(message))}</bdi>
    </button>
  );
}

function Chosen({ state, message }: { readonly state: MqttState; readonly message: Message }) {
  return (
    <section class="mqtt-chosen card" aria-label="Message">
      <div class="row">
        <h3 class="grow">
          <bdi>{visibleText(message.topic)}</bdi>
        </h3>
        <Button
          kind="quiet"
          onClick={() => {
            state.message.value = undefined;
          }}
        >
          Close
        </Button>
      </div>
      <MessageFacts message={message} />
      <Payload message={message} view={state.view} />
    </section>
  );
}
