// The terminals of a page: several, one of them seen. Those that are not seen go on.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import type { Caller } from '../../../session/calls/caller.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { TerminalSession } from '../terminal/session.ts';
import { TerminalView } from './terminal-view.tsx';
import { Toolbar } from './toolbar.tsx';

/** More are more than a person looks at. */
const MAX_TERMINALS = 12;

/** The terminals, their handles above them. The first opens with the page. */
export function Terminals({ caller }: { readonly caller: Caller }) {
  const id = useId();
  const { sessions, current, open, close } = useTerminals(caller);
  const session = sessions.find((each) => each === current) ?? sessions[0];
  const leave = () => document.getElementById(`${id}-new`)?.focus();
  return (
    <div class="ssh-terminals">
      <div class="row">
        {sessions.map((each) => (
          <span key={each.title} class="ssh-handle">
            <Button isPressed={each === session} onClick={() => open(each)}>
              {each.title}
              {each.state.value === 'closed' && <span class="muted"> closed</span>}
            </Button>
            <Button kind="quiet" label={`Close ${each.title}`} onClick={() => void close(each)}>
              ×
            </Button>
          </span>
        ))}
        <button
          type="button"
          id={`${id}-new`}
          class="button plain"
          disabled={sessions.length >= MAX_TERMINALS}
          onClick={() => open()}
        >
          New terminal
        </button>
      </div>
      {session === undefined && (
        <Empty title="No terminal is open">Open one to work at the server by a shell.</Empty>
      )}
      {session !== undefined && <Toolbar session={session} />}
      {sessions.map((each) => (
        <TerminalView key={each.title} session={each} isSeen={each === session} leave={leave} />
      ))}
    </div>
  );
}

function useTerminals(caller: Caller) {
  const first = useMemo(() => new TerminalSession('Terminal 1', caller), [caller]);
  const sessions = useSignal<readonly TerminalSession[]>([first]);
  const current = useSignal<TerminalSession>(first);
  const count = useSignal(1);
  useEffect(
    () => () => {
      for (const each of sessions.peek()) each.dispose();
    },
    [sessions],
  );
  const open = (known?: TerminalSession) => {
    if (known === undefined) count.value += 1;
    const session = known ?? new TerminalSession(`Terminal ${count.value}`, caller);
    if (known === undefined) sessions.value = [...sessions.peek(), session];
    current.value = session;
  };
  const close = async (session: TerminalSession) => {
    const isRunning = session.state.peek() === 'open';
    const question = { title: `Close ${session.title}?`, body: 'Its shell ends.', verb: 'Close' };
    if (isRunning && !(await confirm(question))) return;
    session.dispose();
    sessions.value = sessions.peek().filter((each) => each !== session);
    const [next] = sessions.peek();
    if (current.peek() === session && next !== undefined) current.value = next;
  };
  return { sessions: sessions.value, current: current.value, open, close };
}
