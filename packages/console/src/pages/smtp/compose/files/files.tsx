// The attachments: chosen or dropped, listed with their sizes, taken off again.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { formatBytes, plural } from '../../../../browser/format.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import type { Attached, AttachedFile } from './attached.ts';

interface FilesProps {
  readonly attached: Attached;
  /** Bytes that one mail may carry. */
  readonly room: number;
}

/** The attachments and the place to drop more on. */
export function Files({ attached, room }: FilesProps) {
  const id = useId();
  const isOver = useSignal(false);
  const files = attached.files.value;
  const { size, missing } = attached;
  const onDrag = (event: DragEvent, isInside: boolean) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    isOver.value = isInside;
  };
  return (
    <fieldset
      class={`smtp-files ${isOver.value ? 'over' : ''}`}
      onDragEnter={(event) => onDrag(event, true)}
      onDragOver={(event) => onDrag(event, true)}
      onDragLeave={(event) => onDrag(event, false)}
      onDrop={(event) => {
        onDrag(event, false);
        attached.add(event.dataTransfer?.files ?? []);
      }}
    >
      <legend>Attachments</legend>
      <div class="row">
        <label class="smtp-pick" for={id}>
          Attach files
        </label>
        <input
          id={id}
          type="file"
          multiple
          onChange={(event) => {
            attached.add(event.currentTarget.files ?? []);
            event.currentTarget.value = '';
          }}
        />
        <span class={size > room ? 'smtp-wrong' : 'muted'} role={size > room ? 'alert' : undefined}>
          {size > room
            ? `${formatBytes(size)} are more than the ${formatBytes(room)} that fit into one mail here (maxBodyBytes).`
            : `Or drop them here. ${formatBytes(size)} of ${formatBytes(room)} used.`}
        </span>
      </div>
      {missing.length > 0 && (
        <p class="notice" role="alert">
          The page was loaded anew: choose {plural(missing.length, 'file')} again, or take{' '}
          {missing.length === 1 ? 'it' : 'them'} off.
        </p>
      )}
      {files.length > 0 && (
        <ul aria-label="Attachments">
          {files.map((file) => (
            <FileItem key={file.id} file={file} attached={attached} isMissing={missing.includes(file)} />
          ))}
        </ul>
      )}
    </fieldset>
  );
}

interface FileItemProps {
  readonly file: AttachedFile;
  readonly attached: Attached;
  readonly isMissing: boolean;
}

function FileItem({ file, attached, isMissing }: FileItemProps) {
  return (
    <li class="row">
      <bdi class="grow smtp-name">{file.name}</bdi>
      {isMissing && <span class="badge warn">choose again</span>}
      <span class="muted">{formatBytes(file.size)}</span>
      <Button kind="quiet" label={`Take off ${file.name}`} onClick={() => attached.remove(file.id)}>
        ×
      </Button>
    </li>
  );
}
