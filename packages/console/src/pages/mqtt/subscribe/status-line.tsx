// How the subscription is: its state, how much has come, what is paused, dropped or missed.
import { formatCount, plural } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { Feed, FeedState } from '../feed/feed.ts';
import { useNow } from '../feed/use-now.ts';
import type { MqttState } from '../state.ts';

const WORDS: Readonly<Record<FeedState, readonly [dot: string, words: string]>> = {
  off: ['', 'Not subscribed'],
  connecting: ['busy', 'Subscribing'],
  live: ['good', 'Subscribed'],
  waiting: ['bad', 'Interrupted: it tries again by itself'],
};

/** The line, and the failure where there is one. */
export function StatusLine({ state }: { readonly state: MqttState }) {
  const { feed } = state;
  const [dot, words] = WORDS[feed.state.value];
  const isPaused = feed.isPaused.value;
  return (
    <>
      <ProblemView error={feed.error.value} />
      <div class="mqtt-status row">
        <span role="status" class="row">
          <span class={`dot ${dot}`} aria-hidden="true" /> {words}
        </span>
        <Counts feed={feed} />
        <span class="row mqtt-buttons">
          <Button isPressed={isPaused} onClick={() => (isPaused ? feed.resume() : feed.pause())}>
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
          <Button onClick={() => feed.clear()}>Clear</Button>
        </span>
      </div>
      <Refused feed={feed} />
      <Notices feed={feed} />
    </>
  );
}

function Counts({ feed }: { readonly feed: Feed }) {
  const rate = feed.tree.root.rate.at(useNow(feed));
  return (
    <span class="mqtt-counts muted">
      <span>{plural(feed.received, 'message')}</span>
      <span>{formatCount(Math.round(rate))} a second</span>
      <span>{plural(feed.tree.topics, 'topic')}</span>
    </span>
  );
}

/** Filters that the broker grants less for. MQTT 5 section 3.9.3: codes from 128 on are refusals. */
function Refused({ feed }: { readonly feed: Feed }) {
  const refused = feed.granted.value.filter(({ qos }) => qos >= 128);
  if (refused.length === 0) return null;
  return (
    <p class="notice" role="alert">
      The broker refuses {refused.map(({ filter }) => filter).join(', ')}.
    </p>
  );
}

/** What is not as one may think. */
function Notices({ feed }: { readonly feed: Feed }) {
  feed.drawn.value;
  const { waiting, isFull, interruptions, tree } = feed;
  return (
    <>
      {feed.isPaused.value && (
        <p class="notice">
          Paused: {plural(waiting, 'message')} will be shown when you go on.
          {isFull && ' No more fit here: the broker holds what follows, as far as its own limits allow.'}
        </p>
      )}
      {interruptions > 0 && (
        <p class="notice">
          The connection was opened anew {plural(interruptions, 'time')}: messages between may be missing
          where the broker keeps no session, and retained ones come again.
        </p>
      )}
      {tree.unkept > 0 && (
        <p class="notice">
          {plural(tree.unkept, 'message')} of further topics are counted but not in the tree: it holds 50,000
          levels. Narrower filters show them.
        </p>
      )}
    </>
  );
}
