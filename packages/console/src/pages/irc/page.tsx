// Chat: a session with an IRC server, its channels and people.
import { useEffect, useMemo } from 'preact/hooks';
import { may } from '../../session/access.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import type { PageProps } from '../contract.ts';
import './irc.css';
import { makeState } from './state.ts';
import { ChatView } from './view/chat-view.tsx';
import { ConnectForm } from './view/connect-form.tsx';

/** The page. */
export function Page({ tab, caller, connection }: PageProps) {
  const state = useMemo(() => makeState(tab, caller), [tab, caller]);
  useEffect(() => () => state.session.stop(), [state]);
  const { session } = state;
  if (connection === undefined || !may(connection, 'irc', 'session'))
    return <Empty title="This token may not chat">It needs the scope irc:session for this connection.</Empty>;
  const current = session.state.value;
  session.drawn.value;
  const hasBegun = session.chat.nick !== '';
  return (
    <div class="irc fill">
      <ProblemView error={session.error.value} />
      {current === 'waiting' && (
        <div class="notice row">
          <span role="status" class="grow">
            Not connected: it tries again by itself, and joins the channels again.
          </span>
          <Button onClick={() => session.retryNow()}>Try now</Button>
          <Button onClick={() => session.stop()}>Stop</Button>
        </div>
      )}
      {current === 'connecting' && <Progress label="Connecting" onStop={() => session.stop()} />}
      {current === 'off' && <ConnectForm state={state} />}
      {hasBegun && <ChatView state={state} />}
    </div>
  );
}
