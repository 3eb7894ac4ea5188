// What can be done in the folder, and with what is chosen in it.
import type { Signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { plural } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { type Dropped, pickedFiles } from '../transfers/jobs/dropped.ts';

interface ToolsProps {
  readonly filter: Signal<string>;
  readonly mayWrite: boolean;
  readonly isRoot: boolean;
  readonly onUp: () => void;
  readonly onReload: () => void;
  readonly onNewFolder: () => void;
  readonly onUpload: (files: readonly Dropped[]) => void;
}

/** The tools of the folder. Without the right to write there is nothing that writes. */
export function Tools({ filter, mayWrite, isRoot, onUp, onReload, onNewFolder, onUpload }: ToolsProps) {
  return (
    <div class="row bottom">
      <Button onClick={onUp} isDisabled={isRoot}>
        Up
      </Button>
      <Button onClick={onReload}>Reload</Button>
      {mayWrite && <Picker label="Upload files" onPick={onUpload} />}
      {mayWrite && <Picker label="Upload a folder" isFolder onPick={onUpload} />}
      {mayWrite && <Button onClick={onNewFolder}>New folder</Button>}
      <TextField label="Filter by name" type="search" value={filter} class="files-filter" />
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly isFolder?: boolean;
  readonly onPick: (files: readonly Dropped[]) => void;
}

function Picker({ label, isFolder = false, onPick }: PickerProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>{label}</Button>
      <input
        ref={input}
        id={id}
        type="file"
        hidden
        multiple
        aria-label={`${label}: chosen`}
        {...(isFolder && { webkitdirectory: true })}
        onChange={(event) => {
          onPick(pickedFiles(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

interface ChosenToolsProps {
  readonly count: number;
  readonly mayWrite: boolean;
  readonly onDownload: () => void;
  readonly onRename: () => void;
  readonly onDelete: () => void;
  readonly onNone: () => void;
}

/** What can be done with the chosen entries; nothing where none is. */
export function ChosenTools({ count, mayWrite, onDownload, onRename, onDelete, onNone }: ChosenToolsProps) {
  if (count === 0) return null;
  return (
    <div class="row" role="group" aria-label="Chosen entries">
      <strong>{plural(count, 'entry', 'entries')} chosen</strong>
      <Button onClick={onDownload}>Download</Button>
      {mayWrite && count === 1 && <Button onClick={onRename}>Rename or move</Button>}
      {mayWrite && (
        <Button kind="danger" onClick={onDelete}>
          Delete
        </Button>
      )}
      <Button kind="quiet" onClick={onNone}>
        Choose none
      </Button>
    </div>
  );
}
