// Asks how the rows are to be saved, and saves them.
import { useSignal } from '@preact/signals';
import { download } from '../../../browser/files.ts';
import { formatBytes, plural } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../controls/button.tsx';
import { Check, Select } from '../../controls/text-field.tsx';
import { Modal } from '../../dialog/modal.tsx';
import { announce } from '../../feedback/announce.tsx';
import { ProblemView } from '../../feedback/problem.tsx';
import { Progress } from '../../feedback/progress.tsx';
import type { GridView } from '../order/grid-view.ts';
import { type FileFormat, makeFile } from './make-file.ts';

const FORMATS: readonly (readonly [FileFormat, string])[] = [
  ['csv', 'CSV, for spreadsheets'],
  ['ndjson', 'NDJSON, an object a line'],
];

interface ExportDialogProps {
  readonly view: GridView;
  /** Without ending. */
  readonly fileName: string;
  readonly onClose: () => void;
}

/** The dialog. */
export function ExportDialog({ view, fileName, onClose }: ExportDialogProps) {
  const format = useSignal<FileFormat>('csv');
  const isGuarded = useSignal(true);
  const done = useSignal(0);
  const work = useWork();
  const isRunning = work.state.value === 'running';
  const save = () =>
    work.run(async (signal) => {
      const onProgress = (share: number) => {
        done.value = share;
      };
      const count = view.count.peek();
      const options = { format: format.peek(), isGuarded: isGuarded.peek(), signal, onProgress };
      const file = await makeFile(view, options);
      download(`${fileName}.${options.format}`, file);
      announce(`Saved: ${plural(count, 'row')}, ${formatBytes(file.size)}`);
      onClose();
    });
  return (
    <Modal title="Export rows" onClose={onClose}>
      <p>
        {plural(view.count.value, 'row')} as they are sorted and filtered here
        {view.state.value === 'whole' ? '.' : ', of what is loaded: the result has more.'}
      </p>
      <Select label="Format" value={format} options={FORMATS} />
      {format.value === 'csv' && (
        <Check
          label="Formulas as text: ' before cells that begin with = + - @, for spreadsheets run them"
          value={isGuarded}
        />
      )}
      <ProblemView error={work.error.value} />
      {isRunning && <Progress label="Exporting" value={done.value} onStop={() => work.stop()} />}
      <div class="row end">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" onClick={() => void save()} isDisabled={isRunning}>
          Save
        </Button>
      </div>
    </Modal>
  );
}
