// From files that a person gives to uploads under way: folders are made, and names that are taken are asked about.
import { plural } from '../../../../browser/format.ts';
import { confirm } from '../../../../ui/dialog/confirm.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { namesOf } from '../../changes/changes.tsx';
import { joinPath } from '../../names/path.ts';
import type { FileStore } from '../../store/contract.ts';
import { type Dropped, foldersOf, MAX_FILES } from '../jobs/dropped.ts';
import { uploadJob } from '../jobs/jobs.ts';
import type { TransferQueue } from '../queue.ts';

/** Where the uploads go. */
interface Uploads {
  readonly store: FileStore;
  readonly queue: TransferQueue;
  readonly folder: string;
  /** What the gateway takes at once, in bytes. */
  readonly mostBytes: number;
}

/** Starts them. @throws FairleadProblem where a folder cannot be made or looked into. */
export async function startUploads(
  given: readonly Dropped[],
  { store, queue, folder, mostBytes }: Uploads,
  signal: AbortSignal,
): Promise<void> {
  if (given.length === 0) return;
  if (given.length > MAX_FILES) {
    announce(`At most ${plural(MAX_FILES, 'file')} at once. Upload one folder after the other.`);
    return;
  }
  for (const each of foldersOf(given)) {
    const path = joinPath(folder, each);
    if ((await store.stat(path, { signal })) === undefined) await store.mkdir(path, { signal });
  }
  const places = [...new Set(given.map((each) => each.folder))];
  const taken = new Map<string, ReadonlySet<string>>();
  for (const place of places) taken.set(place, await namesIn(store, pathOf(folder, place), signal));
  const isTaken = (each: Dropped) => taken.get(each.folder)?.has(each.file.name) ?? false;
  const conflicts = given.filter(isTaken);
  const isReplaced = conflicts.length > 0 && (await askToReplace(conflicts, given.length));
  const wanted = isReplaced ? given : given.filter((each) => !isTaken(each));
  queue.add(
    wanted.map((each) => uploadJob(store, each.file, { folder: pathOf(folder, each.folder), mostBytes })),
  );
}

const pathOf = (folder: string, inside: string): string =>
  inside === '' ? folder : joinPath(folder, inside);

async function namesIn(store: FileStore, path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { name } of store.list(path, { signal })) names.add(name);
  return names;
}

function askToReplace(conflicts: readonly Dropped[], all: number): Promise<boolean> {
  const names = namesOf(conflicts.map(({ file }) => file));
  const others = all - conflicts.length;
  const rest = others === 0 ? '' : ` Without that, ${plural(others, 'other file')} will be uploaded.`;
  return confirm({
    title: `Replace ${plural(conflicts.length, 'file')}?`,
    body: `${names} ${conflicts.length === 1 ? 'is' : 'are'} there already.${rest}`,
    verb: 'Replace',
    isDanger: true,
  });
}
