// What a command writes, line by line, its two streams apart.
import { useSignal } from '@preact/signals';
import { download } from '../../../browser/files.ts';
import { plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { Select } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { VirtualList } from '../../../ui/list/virtual-list.tsx';
import type { OutputLog } from './output-log.ts';

const LINE_HEIGHT = 20;
/** More of a line is not drawn. */
const SHOWN_LENGTH = 2_000;

type Shown = 'both' | 'stdout' | 'stderr';

interface OutputProps {
  readonly log: OutputLog;
  /** Grows with the log, which is the same object: without it nothing would be drawn anew. */
  readonly version: number;
  readonly isRunning: boolean;
}

/** The lines: errors are marked, and can be looked at alone. */
export function Output({ log, isRunning }: OutputProps) {
  const shown = useSignal<Shown>('both');
  const lines = shown.value === 'both' ? log.lines : log.lines.filter(({ stream }) => stream === shown.value);
  const text = () => log.text(shown.peek() === 'both' ? undefined : (shown.peek() as 'stdout' | 'stderr'));
  return (
    <div class="fill">
      <div class="row bottom">
        <Select
          label="Show"
          value={shown}
          options={[
            ['both', 'Output and errors'],
            ['stdout', 'Output (stdout)'],
            ['stderr', 'Errors (stderr)'],
          ]}
        />
        <CopyButton text={text} what="output" />
        <Button kind="quiet" onClick={() => download('output.txt', text())}>
          Save
        </Button>
        <span class="muted">
          {plural(lines.length, 'line')}
          {log.dropped > 0 && `, ${plural(log.dropped, 'earlier line')} not kept`}
        </span>
      </div>
      {lines.length === 0 && !isRunning && <Empty title="It wrote nothing" />}
      <VirtualList
        class="ssh-output"
        label="Output"
        count={lines.length}
        rowHeight={LINE_HEIGHT}
        followsEnd
        row={(index) => {
          const line = lines[index];
          return (
            <div class={`line ${line?.stream ?? ''}`}>
              <span class="mark">{line?.stream === 'stderr' ? 'err' : ''}</span>
              <span>{visibleText((line?.text ?? '').slice(0, SHOWN_LENGTH))}</span>
            </div>
          );
        }}
      />
    </div>
  );
}
