// What was dropped on the page or picked: files, with the folders that they stand in.

/** A file, and the folders above it within what was dropped: `photos/2026`; empty for none. */
export interface Dropped {
  readonly file: File;
  readonly folder: string;
}

/** More files at once are refused. */
export const MAX_FILES = 2_000;

/** What a picker gives: of a folder, its files with their paths. */
export function pickedFiles(files: FileList | null): readonly Dropped[] {
  return [...(files ?? [])].map((file) => ({ file, folder: folderOf(file.webkitRelativePath) }));
}

/** What was dropped, folders with all that they hold. It must be called while the event is handled. */
export async function droppedFiles(data: DataTransfer | null): Promise<readonly Dropped[]> {
  const entries = [...(data?.items ?? [])]
    .filter(({ kind }) => kind === 'file')
    .map((item) => [item.webkitGetAsEntry(), item.getAsFile()] as const);
  const found: Dropped[] = [];
  for (const [entry, file] of entries) {
    if (entry !== null) await gather(entry, '', found);
    else if (file !== null) found.push({ file, folder: '' });
  }
  return found;
}

async function gather(entry: FileSystemEntry, folder: string, found: Dropped[]): Promise<void> {
  if (found.length > MAX_FILES) return;
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, folder });
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return;
  const reader = entry.createReader();
  const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
  for (;;) {
    // Browsers give a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const each of some) await gather(each, inside, found);
  }
}

function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

/** The folders that have to be there, each before those in it. */
export function foldersOf(dropped: readonly Pick<Dropped, 'folder'>[]): readonly string[] {
  const all = new Set<string>();
  for (const { folder } of dropped) {
    const names = folder.split('/').filter(Boolean);
    names.forEach((_, i) => {
      all.add(names.slice(0, i + 1).join('/'));
    });
  }
  return [...all];
}
