// One entry of a folder.
import { formatBytes, formatTime } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { KindIcon } from '../names/kind-icon.tsx';
import { ShownName, shownName } from '../names/shown-name.tsx';
import type { Entry } from '../store/contract.ts';

interface EntryRowProps {
  readonly entry: Entry;
  readonly isChosen: boolean;
  readonly fault: string | undefined;
  readonly onOpen: () => void;
  readonly onToggle: () => void;
}

/** The row: what cannot be used says why. */
export function EntryRow({ entry, isChosen, fault, onOpen, onToggle }: EntryRowProps) {
  const { name, kind, size, modifiedAt, mode, note } = entry;
  const shown = shownName(name);
  return (
    <div class={`files-row ${isChosen ? 'chosen' : ''}`}>
      <input
        type="checkbox"
        checked={isChosen}
        disabled={fault !== undefined}
        aria-label={`Choose ${shown}`}
        onChange={onToggle}
      />
      <button
        type="button"
        class="files-name"
        disabled={fault !== undefined}
        title={fault ?? (note === undefined ? shown : `${shown}: ${visibleText(note)}`)}
        onClick={onOpen}
      >
        <KindIcon kind={kind} />
        <span class="visually-hidden">{kind} </span>
        <span class="files-text-of-name">
          <ShownName name={name} />
          {fault !== undefined && <span class="files-fault"> {fault}</span>}
        </span>
      </button>
      <span class="files-size muted">{size === undefined ? '' : formatBytes(size)}</span>
      <span class="files-time muted">{modifiedAt === undefined ? '' : formatTime(modifiedAt)}</span>
      <code class="files-mode muted">{mode === undefined ? '' : visibleText(mode)}</code>
    </div>
  );
}
