// What was said, the newest at the bottom, where the view stays until somebody scrolls up.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { plural } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { Conversation } from '../chat/conversation.ts';
import type { IrcSession } from '../session/irc-session.ts';
import { MessageLine } from './message-line.tsx';

/** Lines that are drawn at first, and more with each wish. */
const PORTION = 200;
/** So near to the end counts as the end, in pixels. */
const NEAR = 40;

interface MessagesProps {
  readonly session: IrcSession;
  readonly conversation: Conversation;
}

/** The lines. */
export function Messages({ session, conversation }: MessagesProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const shown = useSignal(PORTION);
  session.drawn.value;
  const { lines } = conversation;
  const last = lines.at(-1);
  useLayoutEffect(() => {
    if (isAtEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [last, lines.length]);
  return (
    <div
      ref={box}
      class="irc-messages"
      role="log"
      aria-label={`Messages: ${visibleText(conversation.name)}`}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => {
        isAtEnd.current = at.scrollTop + at.clientHeight >= at.scrollHeight - NEAR;
      }}
    >
      <Older
        session={session}
        conversation={conversation}
        hidden={lines.length - shown.value}
        onMore={() => {
          shown.value += PORTION;
        }}
      />
      {lines.slice(-shown.value).map((line) => (
        <MessageLine key={line.id} line={line} />
      ))}
    </div>
  );
}

interface OlderProps extends MessagesProps {
  /** Lines that are there and not drawn. */
  readonly hidden: number;
  readonly onMore: () => void;
}

/** What stands above the first line: more of what is there, more of the server's history, or that there is none. */
function Older({ session, conversation, hidden, onMore }: OlderProps) {
  const work = useWork();
  session.drawn.value;
  const { kind, mayHaveOlder, dropped } = conversation;
  const read = async () => {
    const count = await work.run(() => session.readOlder(conversation));
    if (count !== undefined && count > 0) onMore();
  };
  const mayRead =
    session.chat.hasHistory && kind !== 'server' && mayHaveOlder && session.state.value === 'live';
  return (
    <div class="irc-older">
      {hidden > 0 && <Button onClick={onMore}>Show {plural(hidden, 'earlier line')}</Button>}
      {hidden <= 0 && mayRead && (
        <Button isBusy={work.state.value === 'running'} onClick={() => void read()}>
          Earlier messages
        </Button>
      )}
      {hidden <= 0 && !mayRead && dropped > 0 && (
        <span class="muted">{plural(dropped, 'earlier line')} are no longer kept.</span>
      )}
      <ProblemView error={work.error.value} />
    </div>
  );
}
