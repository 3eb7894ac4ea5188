// What changes a server's files beside uploads: new folders, new names, and removal.
import { plural } from '../../../browser/format.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { joinPath, normalPath, parentOf } from '../names/path.ts';
import { shownName } from '../names/shown-name.tsx';
import { nameFault } from '../names/usable.ts';
import type { Entry, FileStore } from '../store/contract.ts';
import { NameDialog } from './name-dialog.tsx';

/** Where a change is made. */
export interface Place {
  readonly store: FileStore;
  readonly folder: string;
  readonly entries: readonly Entry[];
}

interface DialogProps {
  readonly place: Place;
  readonly onClose: () => void;
  /** Something has changed. */
  readonly onChanged: () => void;
}

/** Makes a folder. */
export function NewFolder({ place, onClose, onChanged }: DialogProps) {
  const { store, folder, entries } = place;
  const taken = new Set(entries.map(({ name }) => name));
  return (
    <NameDialog
      title="New folder"
      label="Name"
      initial=""
      verb="Make folder"
      fault={(name) => nameFault(name, taken, store.takesControls)}
      onClose={onClose}
      onDone={async (name) => {
        await store.mkdir(joinPath(folder, name), { signal: new AbortController().signal });
        announce(`Made the folder ${shownName(name)}`);
        onChanged();
      }}
    />
  );
}

/** Gives an entry another name, or another folder. What has that name is replaced only after a question. */
export function Rename({ entry, place, onClose, onChanged }: DialogProps & { readonly entry: Entry }) {
  const { store, folder } = place;
  const from = joinPath(folder, entry.name);
  return (
    <NameDialog
      title={`Rename or move ${shownName(entry.name)}`}
      label="New name or path"
      hint="A name stays in this folder; a path from the root, such as /archive/old.csv, moves it."
      initial={entry.name}
      verb="Rename"
      fault={(text) => (text.trim() === '' || text.endsWith('/') ? 'Type a name.' : undefined)}
      onClose={onClose}
      onDone={async (text) => {
        const to = text.startsWith('/') ? normalPath(text) : joinPath(folder, text);
        if (to === from) return;
        const { signal } = new AbortController();
        const existing = await store.stat(to, { signal });
        if (existing !== undefined && !(await askToReplace(to))) return;
        await store.rename(from, to, { signal });
        announce(`Renamed to ${shownName(parentOf(to) === folder ? text : to)}`);
        onChanged();
      }}
    />
  );
}

function askToReplace(path: string): Promise<boolean> {
  return confirm({
    title: `Replace ${shownName(path)}?`,
    body: 'There is something of this name already. It will be gone.',
    verb: 'Replace',
    isDanger: true,
  });
}

/** Asks, and removes entries one after the other. @returns Whether it was done. @throws FairleadProblem at the first failure. */
export async function removeEntries(
  { store, folder }: Place,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<boolean> {
  const folders = entries.filter(({ kind }) => kind === 'folder').length;
  const [first] = entries;
  const what =
    entries.length === 1 && first ? shownName(first.name) : plural(entries.length, 'entry', 'entries');
  const inside =
    folders === 0
      ? ''
      : `${folders === 1 ? 'A folder is' : `${folders} folders are`} deleted with everything inside. `;
  const isYes = await confirm({
    title: `Delete ${what}?`,
    // A filter may hide some of what is chosen.
    body: `${entries.length > 1 ? `${namesOf(entries)}. ` : ''}${inside}This cannot be undone.`,
    verb: 'Delete',
    isDanger: true,
  });
  if (!isYes) return false;
  for (const { name, kind } of entries) await store.remove(joinPath(folder, name), kind, { signal });
  announce(`Deleted ${what}`);
  return true;
}

const NAMED = 5;

/** The first names, and how many more: `“a”, “b” and 3 others`. */
export function namesOf(entries: readonly Pick<Entry, 'name'>[]): string {
  const names = entries.slice(0, NAMED).map(({ name }) => `“${shownName(name)}”`);
  const more = entries.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}`;
}
