// The transfers, with how far they are, and what can be done with them.
import { useRef } from 'preact/hooks';
import { formatBytes, plural } from '../../../../browser/format.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { shownName } from '../../names/shown-name.tsx';
import { isGoingOn, type Transfer, type TransferQueue } from '../queue.ts';

/** More are counted, and not drawn. */
const SHOWN = 50;

/** All transfers; nothing where there are none. */
export function Transfers({ queue }: { readonly queue: TransferQueue }) {
  const all = queue.all.value;
  if (all.length === 0) return null;
  const going = all.filter(({ state }) => isGoingOn(state.value));
  const shown = [...all].reverse().sort((one, other) => rank(one) - rank(other));
  return (
    <section class="files-transfers" aria-label="Transfers">
      <div class="row">
        <strong class="grow">
          {going.length > 0
            ? `${plural(going.length, 'transfer')} under way`
            : plural(all.length, 'transfer')}
        </strong>
        {going.length > 1 && <Button onClick={() => queue.stopAll()}>Stop all</Button>}
        {going.length < all.length && (
          <Button kind="quiet" onClick={() => queue.clear()}>
            Clear finished
          </Button>
        )}
      </div>
      <ul>
        {shown.slice(0, SHOWN).map((transfer) => (
          <TransferItem key={transfer.id} transfer={transfer} queue={queue} />
        ))}
      </ul>
      {shown.length > SHOWN && <p class="muted">and {plural(shown.length - SHOWN, 'further one')}</p>}
    </section>
  );
}

const RANKS = { failed: 0, running: 1, stopped: 2, waiting: 3, done: 4 } as const;
const rank = ({ state }: Transfer): number => RANKS[state.value];

function TransferItem({ transfer, queue }: { readonly transfer: Transfer; readonly queue: TransferQueue }) {
  const state = transfer.state.value;
  const size = transfer.size.value;
  const bytes = transfer.bytes.value;
  const name = shownName(transfer.job.name);
  const what = transfer.job.direction === 'up' ? 'Upload' : 'Download';
  return (
    <li class="files-transfer">
      <div class="row">
        <span class="grow files-transfer-name">
          {transfer.job.direction === 'up' ? '↑' : '↓'} <bdi>{name}</bdi>
        </span>
        <span class="muted">
          <Words transfer={transfer} />
        </span>
        {isGoingOn(state) && (
          <Button label={`Stop ${what.toLowerCase()} of ${name}`} onClick={() => transfer.stop()}>
            Stop
          </Button>
        )}
        {state === 'stopped' && (
          <Button label={`Go on with ${name}`} onClick={() => queue.resume(transfer)}>
            Go on
          </Button>
        )}
      </div>
      {state === 'running' && (
        <progress
          aria-label={`${what} of ${name}`}
          max={1}
          value={size === undefined || size === 0 ? undefined : bytes / size}
        />
      )}
      {state === 'failed' && (
        <ProblemView error={transfer.error.value} onRetry={() => queue.resume(transfer)} />
      )}
    </li>
  );
}

function Words({ transfer }: { readonly transfer: Transfer }) {
  const state = transfer.state.value;
  const size = transfer.size.value;
  const bytes = transfer.bytes.value;
  const rate = useRate(state === 'running', bytes);
  const resumed = transfer.resumedAt.value;
  const of = size === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(size)}`;
  const from = resumed > 0 ? `, went on at ${formatBytes(resumed)}` : '';
  if (state === 'waiting') return <>waits</>;
  if (state === 'done') return <>{`done, ${formatBytes(size ?? bytes)}${from}`}</>;
  if (state === 'running') return <>{`${of}${rate > 0 ? `, ${formatBytes(rate)}/s` : ''}${from}`}</>;
  return <>{`${state === 'stopped' ? 'stopped' : 'broke off'} at ${of}`}</>;
}

/** Bytes a second since it began to run this time. */
function useRate(isRunning: boolean, bytes: number): number {
  const start = useRef<{ readonly at: number; readonly bytes: number }>(undefined);
  if (!isRunning) {
    start.current = undefined;
    return 0;
  }
  start.current ??= { at: performance.now(), bytes };
  const seconds = (performance.now() - start.current.at) / 1000;
  return seconds < 0.5 ? 0 : Math.round((bytes - start.current.bytes) / seconds);
}
