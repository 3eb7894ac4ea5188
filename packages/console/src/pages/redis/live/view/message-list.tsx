// The messages that came, with rates, and a way to hold the list still.
import { useSignal } from '@preact/signals';
import { formatCount, formatTime, plural } from '../../../../browser/format.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { Empty } from '../../../../ui/feedback/empty.tsx';
import { VirtualList } from '../../../../ui/list/virtual-list.tsx';
import { ArrowList } from '../../keys/arrow-list.tsx';
import type { RedisModel } from '../../model.ts';
import { ContentView } from '../../values/bytes/content-view.tsx';
import { show } from '../../wire/show.ts';
import type { Message } from '../messages.ts';

const ROW_HEIGHT = 34;
const SHOWN = 300;
const LISTED_CHANNELS = 30;

/** The list. */
export function MessageList({ model: { live } }: { readonly model: RedisModel }) {
  const opened = useSignal<Message | undefined>(undefined);
  const { value: _ } = live.version;
  const { shown } = live.buffer;
  return (
    <>
      <Counts live={live} />
      {shown.length === 0 ? (
        <Empty title={live.isOn ? 'Nothing has come yet' : 'Nothing is listened to'}>
          {live.isOn ? 'Messages appear as they are published.' : 'Name channels or patterns, and subscribe.'}
        </Empty>
      ) : (
        <ArrowList class="redis-messages">
          <VirtualList
            label="Messages"
            count={shown.length}
            rowHeight={ROW_HEIGHT}
            followsEnd
            row={(index) => {
              const message = shown[index];
              if (message === undefined) return null;
              return (
                <button
                  type="button"
                  class="redis-message"
                  aria-expanded={opened.value?.id === message.id}
                  onClick={() => {
                    opened.value = opened.value?.id === message.id ? undefined : message;
                  }}
                >
                  <span class="muted">{formatTime(message.at).slice(11)}</span>
                  <strong class="mono">{show(message.channel, 80)}</strong>
                  <span class="mono">{show(message.text, SHOWN)}</span>
                </button>
              );
            }}
          />
        </ArrowList>
      )}
      {opened.value !== undefined && (
        <section class="redis-detail" aria-label="The opened message">
          <ContentView key={opened.value.id} label="message" value={opened.value.text} />
        </section>
      )}
    </>
  );
}

/** How many came, how fast, and what was dropped. */
function Counts({ live }: { readonly live: RedisModel['live'] }) {
  const { value: _ } = live.version;
  const { buffer, renewed } = live;
  const rates = live.rates.list();
  const count = rates.reduce((sum, rate) => sum + rate.count, 0);
  const perSecond = rates.reduce((sum, rate) => sum + rate.perSecond, 0);
  return (
    <>
      <div class="row">
        <span role="status">
          {plural(count, 'message')}, {formatRate(perSecond)} a second
        </span>
        {buffer.isPaused && <span class="badge warn">paused, {formatCount(buffer.waiting)} wait</span>}
        {buffer.dropped > 0 && <span class="badge warn">{formatCount(buffer.dropped)} oldest dropped</span>}
        {renewed.value > 0 && (
          <span class="badge warn" title="What was published between two subscriptions was missed">
            subscribed again {plural(renewed.value, 'time')}
          </span>
        )}
        <span class="grow" />
        <Button isPressed={buffer.isPaused} onClick={() => live.pause(!buffer.isPaused)}>
          {buffer.isPaused ? 'Go on' : 'Pause'}
        </Button>
        <Button onClick={() => live.clear()}>Clear</Button>
      </div>
      {rates.length > 1 && (
        <details class="redis-rates">
          <summary>{plural(rates.length, 'channel')}</summary>
          <dl class="inline">
            {rates.slice(0, LISTED_CHANNELS).map((rate) => (
              <div key={rate.channel}>
                <dt class="mono">{show(rate.channel, 80)}</dt>
                <dd>
                  {plural(rate.count, 'message')}, {formatRate(rate.perSecond)} a second
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function formatRate(perSecond: number): string {
  return perSecond >= 10 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1);
}
