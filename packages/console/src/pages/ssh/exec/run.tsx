// One command: chosen or typed, run, its output as it comes, and how it ended.

import { sshCommands, sshExecLines } from '@fairlead/sdk';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { formatMs } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Select } from '../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { type Exit, exitWords } from '../terminal/ending.ts';
import { LineForm } from './line-form.tsx';
import { ListedForm } from './listed-form.tsx';
import { Output } from './output.tsx';
import { OutputLog, type OutputStream } from './output-log.ts';
import type { ListedCommand, Ran } from './request.ts';

/** The screen is drawn anew at most so often while output comes. */
const DRAWN_MS = 80;

interface RunProps {
  readonly tab: Tab;
  readonly caller: Caller;
  /** Whether command lines of one's own may be run. */
  readonly mayAny: boolean;
}

/** The commands that may be run. */
export function Run({ tab, caller, mayAny }: RunProps) {
  const way = draft<'line' | 'listed'>(tab, 'way', mayAny ? 'line' : 'listed');
  const commands = useSignal<readonly ListedCommand[] | undefined>(undefined);
  const listing = useWork();
  const list = async () => {
    const found = await listing.run((signal) => caller.run('sshCommands', sshCommands, { signal }));
    if (found !== undefined) commands.value = found.commands;
  };
  useEffect(() => void list(), [caller]);
  const { work, running, log, exit, run } = useRun(caller);
  const isBusy = work.state.value === 'running';
  const isListed = !mayAny || way.value === 'listed';
  return (
    <div class="fill">
      {mayAny && (commands.value?.length ?? 0) > 0 && (
        <Select
          label="What to run"
          value={way}
          options={[
            ['line', 'A command line of your own'],
            ['listed', 'A command that the connection lists'],
          ]}
        />
      )}
      {!mayAny && (
        <p class="muted">This token may run the commands that the connection lists, and no others.</p>
      )}
      {isListed && <ProblemView error={listing.error.value} onRetry={() => void list()} />}
      {!isListed && <LineForm tab={tab} isBusy={isBusy} onRun={run} />}
      {isListed && commands.value !== undefined && (
        <ListedForm tab={tab} commands={commands.value} isBusy={isBusy} onRun={run} />
      )}
      {isListed && commands.value === undefined && listing.state.value === 'running' && (
        <Progress label="Reading the list of commands" />
      )}
      {isBusy && <Progress label={`Running ${visibleText(running.value)}`} onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} />
      <Ended state={work.state.value} exit={exit} ms={work.elapsedMs.value} title={running.value} />
      {log.value.value !== undefined && (
        <Output log={log.value.value} version={log.value.version} isRunning={isBusy} />
      )}
    </div>
  );
}

interface EndedProps {
  readonly state: string;
  readonly exit: Signal<Exit | undefined>;
  readonly ms: number;
  readonly title: string;
}

function Ended({ state, exit, ms, title }: EndedProps) {
  if (state === 'stopped')
    return (
      <p class="notice" role="status">
        Stopped. The gateway has closed the command’s channel; a program that does not mind may go on.
      </p>
    );
  if (exit.value === undefined) return null;
  const { text, isGood } = exitWords(exit.value);
  return (
    <p role="status">
      <span class={`badge ${isGood ? 'ok' : 'danger'}`}>{text}</span>{' '}
      <span class="muted">
        {visibleText(title)} took {formatMs(ms)}
      </span>
    </p>
  );
}

type ExecEvent =
  | { readonly event: 'started' }
  | { readonly event: OutputStream; readonly data: string; readonly encoding: string }
  | ({ readonly event: 'exit' } & Exit);

function useRun(caller: Caller) {
  const work = useWork();
  const running = useSignal('');
  // In an object of its own: a log that has grown is drawn anew.
  const log = useSignal<{ readonly value: OutputLog | undefined; readonly version: number }>({
    value: undefined,
    version: 0,
  });
  const exit = useSignal<Exit | undefined>(undefined);
  const run = ({ title, body }: Ran) => {
    running.value = title;
    exit.value = undefined;
    const own = new OutputLog();
    log.value = { value: own, version: 0 };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      timer = undefined;
      const { value, version } = log.peek();
      if (value === own) log.value = { value, version: version + 1 };
    };
    void work.run(async (signal) => {
      try {
        const lines = caller.run('sshExecLines', sshExecLines<ExecEvent>, { body, signal });
        for await (const event of lines) {
          if (event.event === 'exit') exit.value = event;
          else if (event.event !== 'started') own.add(event.event, textOf(event));
          timer ??= setTimeout(draw, DRAWN_MS);
        }
      } finally {
        clearTimeout(timer);
        draw();
      }
    });
  };
  return { work, running, log, exit, run };
}

/** Bytes that are no text are shown as what they are in UTF-8, as far as they are. */
function textOf({ data, encoding }: { readonly data: string; readonly encoding: string }): string {
  if (encoding !== 'base64') return data;
  return new TextDecoder().decode(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)));
}
