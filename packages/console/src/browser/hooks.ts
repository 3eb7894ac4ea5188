// What components share: work that ends with them, and repetition while they are seen.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Work } from './async.ts';

/** Work of one component: it is stopped when the component goes. */
export function useWork(): Work {
  const work = useMemo(() => new Work(), []);
  useEffect(() => () => work.stop(), [work]);
  return work;
}

/**
 * Calls `tick` now and every `ms` while the page is visible; never again before it has ended.
 * @param tick Shows its own failures: it must not throw.
 * @param isOn Whether it is to go on.
 */
export function useRepeated(tick: () => Promise<unknown> | unknown, ms: number, isOn = true): void {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const next = async () => {
      if (document.visibilityState === 'visible') await latest.current();
      if (!isOver) timer = setTimeout(next, ms);
    };
    void next();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [ms, isOn]);
}

/** Whether a media query holds, such as `(max-width: 700px)`; follows the window. */
export function useMedia(condition: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(condition).matches);
  useEffect(() => {
    const query = matchMedia(condition);
    const follow = () => setHolds(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [condition]);
  return holds;
}
