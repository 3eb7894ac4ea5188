// The time, again and again, for ages and rates that change though nothing comes.
import { useSignal } from '@preact/signals';
import { useRepeated } from '../../../browser/hooks.ts';
import type { Feed } from './feed.ts';

const TICK_MS = 1_000;

/** Milliseconds since the epoch, and never before the last message. Draws anew each second while the feed is on, and at its drawings. */
export function useNow(feed: Feed): number {
  const now = useSignal(Date.now());
  const tick = () => {
    now.value = Date.now();
  };
  useRepeated(tick, TICK_MS, feed.state.value !== 'off');
  feed.drawn.value;
  return Math.max(now.value, feed.tree.root.lastAt);
}
