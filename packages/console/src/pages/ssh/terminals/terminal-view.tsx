// One terminal in its place: it is drawn when it is first seen, and follows the place's size and the page's colours.
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../../browser/theme.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { endingWords } from '../terminal/ending.ts';
import type { TerminalSession } from '../terminal/session.ts';
import { currentLook, fontSize, isReadAloud } from './looks.ts';

interface TerminalViewProps {
  readonly session: TerminalSession;
  readonly isSeen: boolean;
  /** Gives the focus to what is beside the terminal. */
  readonly leave: () => void;
}

/** The terminal, and how its shell ended. */
export function TerminalView({ session, isSeen, leave }: TerminalViewProps) {
  const host = useRef<HTMLDivElement>(null);
  usePlace(host, session, leave);
  useLook(session);
  useEffect(() => {
    if (isSeen) session.focus();
  }, [isSeen, session]);
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void session.paste(event.clipboardData?.getData('text/plain') ?? '');
  };
  return (
    <div class="ssh-terminal" hidden={!isSeen} role="group" aria-label={session.title}>
      <div ref={host} class="ssh-screen" data-keys="own" onPasteCapture={onPaste} />
      <Status session={session} />
    </div>
  );
}

function Status({ session }: { readonly session: TerminalSession }) {
  const state = session.state.value;
  const ending = session.ending.value;
  // Browsers remember a module that could not be loaded.
  if (session.error.value !== undefined)
    return <ProblemView error={session.error.value} onRetry={() => location.reload()} />;
  if (state === 'loading' || state === 'connecting')
    return (
      <Progress
        label={state === 'loading' ? 'Loading the terminal' : 'Opening a shell'}
        {...(state === 'connecting' && { onStop: () => session.disconnect() })}
      />
    );
  if (ending === undefined) return null;
  if (ending.kind === 'problem')
    return <ProblemView error={ending.problem} onRetry={() => session.connect()} />;
  const { text, isGood } = endingWords(ending);
  return (
    <div class={isGood ? 'ssh-ended' : 'ssh-ended notice'} role="status">
      <span class="grow">{text}</span>
      <Button kind="primary" onClick={() => session.connect()}>
        Open again
      </Button>
    </div>
  );
}

/** Starts the terminal once its place has a size, and fits it to each further one. */
function usePlace(
  host: { readonly current: HTMLDivElement | null },
  session: TerminalSession,
  leave: () => void,
) {
  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    let isStarted = false;
    const observer = new ResizeObserver(() => {
      if (place.clientWidth === 0 || place.clientHeight === 0) return;
      if (isStarted) session.fit();
      else void session.start(place, currentLook, leave);
      isStarted = true;
    });
    observer.observe(place);
    return () => observer.disconnect();
  }, [session]);
}

function useLook(session: TerminalSession) {
  const [size, aloud, chosen] = [fontSize.value, isReadAloud.value, theme.value];
  useEffect(() => {
    const follow = () => session.look(currentLook());
    follow();
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [session, size, aloud, chosen]);
}
