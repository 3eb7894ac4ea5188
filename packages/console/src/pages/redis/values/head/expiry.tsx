// A key's time to live: counted down, set and removed.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { draft } from '../../../../app/tabs/tab.ts';
import { formatTime } from '../../../../browser/format.ts';
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { TextField } from '../../../../ui/controls/text-field.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { numberIn } from '../../wire/reply.ts';
import type { Head, KeyProps } from '../key-props.ts';
import { parseLife, sayLeft } from './life.ts';

const TICK_MS = 1_000;

/** The time that is left, and the ways to change it. */
export function Expiry({ model, name, head }: KeyProps & { readonly head: Signal<Head | undefined> }) {
  const work = useWork();
  const life = draft(model.tab, 'life', '');
  const lifeMs = parseLife(life.value);
  const change = (expiresAt: number | undefined, words: string, command: readonly [string, ...string[]]) =>
    work.run(async (signal) => {
      const [verb, ...more] = command;
      const done = numberIn(await model.redis.run([verb, name, ...more], { signal }));
      model.facts.forget(name);
      if (head.value !== undefined) head.value = { ...head.value, expiresAt };
      life.value = '';
      announce(done === 1 ? words : 'Nothing was changed: the key is gone, or had no time to live.');
    });
  const set = () => {
    if (lifeMs === undefined) return;
    void change(Date.now() + lifeMs, 'The time to live is set', ['PEXPIRE', String(lifeMs)]);
  };
  const expiresAt = head.value?.expiresAt;
  return (
    <div class="redis-expiry">
      <Left expiresAt={expiresAt} />
      {model.canWrite && (
        <div class="row bottom">
          <TextField
            label="New time to live"
            value={life}
            placeholder="90, 15m, 2h or 7d"
            error={
              life.value !== '' && lifeMs === undefined ? 'Seconds, or a number with s, m, h or d' : undefined
            }
            onEnter={set}
          />
          <Button onClick={set} isDisabled={lifeMs === undefined}>
            Set time to live
          </Button>
          {expiresAt !== undefined && (
            <Button onClick={() => void change(undefined, 'The key stays now', ['PERSIST'])}>
              Keep for ever
            </Button>
          )}
        </div>
      )}
      <ProblemView error={work.error.value} />
    </div>
  );
}

/** Counts down while it is seen. */
function Left({ expiresAt }: { readonly expiresAt: number | undefined }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    if (expiresAt === undefined) return;
    now.value = Date.now();
    const timer = setInterval(() => {
      now.value = Date.now();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [expiresAt]);
  if (expiresAt === undefined) return <p class="muted">Time to live: none, the key stays</p>;
  return (
    <p title={formatTime(expiresAt)}>
      Time to live: <strong class="redis-left">{sayLeft(expiresAt - now.value)}</strong>{' '}
      <span class="muted">until {formatTime(expiresAt)}</span>
    </p>
  );
}
