// What the file browser knows and does: the folder, what is chosen, what is on its way.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import type { Work } from '../../browser/async.ts';
import { plural } from '../../browser/format.ts';
import { useWork } from '../../browser/hooks.ts';
import { announce } from '../../ui/feedback/announce.tsx';
import { removeEntries } from './changes/changes.tsx';
import { Deeds } from './deeds.ts';
import { filtered, type Order, sorted } from './listing/order.ts';
import { type Folder, useFolder } from './listing/use-folder.ts';
import { joinPath } from './names/path.ts';
import { unusable } from './names/usable.ts';
import type { Entry, FileStore } from './store/contract.ts';
import type { Dropped } from './transfers/jobs/dropped.ts';
import { downloadJob } from './transfers/jobs/jobs.ts';
import { TransferQueue } from './transfers/queue.ts';
import { startUploads } from './transfers/view/start-uploads.ts';

/** What is open over the list. */
type Dialog =
  | { readonly kind: 'new-folder' }
  | { readonly kind: 'rename'; readonly entry: Entry }
  | undefined;

/** The browser's state, and its deeds. */
export interface FileBrowser {
  readonly path: Signal<string>;
  readonly filter: Signal<string>;
  readonly order: Signal<Order>;
  readonly chosen: Signal<ReadonlySet<string>>;
  readonly looked: Signal<Entry | undefined>;
  readonly dialog: Signal<Dialog>;
  readonly folder: Folder;
  /** What is shown of the folder, in its order. */
  readonly shown: readonly Entry[];
  /** Those that are chosen. */
  readonly chosenEntries: readonly Entry[];
  readonly queue: TransferQueue;
  /** Deletions, preparations of uploads, and the look where a link leads. */
  readonly deeds: Work;
  go(path: string): void;
  open(entry: Entry): void;
  upload(files: readonly Dropped[]): void;
  download(entries: readonly Entry[]): void;
  remove(entries: readonly Entry[]): void;
  fault(entry: Entry): string | undefined;
}

const DEFAULT_ORDER: Order = { key: 'name', isDescending: false };

/** The browser of a tab. @param mostBytes What the gateway takes at once. */
export function useBrowser(tab: Tab, store: FileStore, mostBytes: number): FileBrowser {
  const path = draft(tab, 'path', '/');
  const filter = draft(tab, 'filter', '');
  const order = draft(tab, 'order', DEFAULT_ORDER);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const looked = useSignal<Entry | undefined>(undefined);
  const dialog = useSignal<Dialog>(undefined);
  const folder = useFolder(store, path.value);
  useListed(looked, folder.entries);
  const queue = useQueue(folder.reload);
  const deeds = useWork();
  const inTurn = useInTurn(deeds);
  const shown = useShown(folder.entries, filter.value, order.value);
  const fault = (entry: Entry) => unusable(entry.name, store.takesControls);
  const go = (to: string) => {
    chosen.value = new Set();
    looked.value = undefined;
    filter.value = '';
    path.value = to;
  };
  const chosenEntries = folder.entries.filter(({ name }) => chosen.value.has(name));
  return {
    ...{ path, filter, order, chosen, looked, dialog, folder, shown, chosenEntries, queue, deeds, fault, go },
    open(entry) {
      const from = path.peek();
      const to = joinPath(from, entry.name);
      if (entry.kind === 'folder') go(to);
      else if (entry.kind !== 'link') looked.value = entry;
      else
        inTurn.do(async (signal) => {
          const found = await store.stat(to, { signal });
          if (path.peek() !== from) return;
          if (found?.kind === 'file') looked.value = { ...found, name: entry.name };
          else go(to);
        });
    },
    upload(files) {
      const uploads = { store, queue, folder: path.peek(), mostBytes };
      inTurn.do((signal) => startUploads(files, uploads, signal));
    },
    download(entries) {
      const files = entries.filter(({ kind }) => kind !== 'folder');
      if (files.length < entries.length)
        announce(`${plural(entries.length - files.length, 'folder')} left out: download the files inside.`);
      queue.add(files.map((entry) => downloadJob(store, path.peek(), entry)));
    },
    remove(entries) {
      const place = { store, folder: path.peek(), entries: folder.entries };
      inTurn.do(async (signal) => {
        try {
          if (!(await removeEntries(place, entries, signal)) || path.peek() !== place.folder) return;
          chosen.value = new Set();
          looked.value = undefined;
        } finally {
          folder.reload();
        }
      });
    },
  };
}

/** What is looked at is as the list has it by now: it may have been opened while it was written. A link is not what it leads to. */
function useListed(looked: Signal<Entry | undefined>, entries: readonly Entry[]): void {
  useEffect(() => {
    const before = looked.peek();
    const listed = entries.find(({ name }) => name === before?.name);
    if (listed !== undefined && listed.kind === before?.kind) looked.value = listed;
  }, [looked, entries]);
}

/** What is shown of the entries, in its order. */
function useShown(entries: readonly Entry[], filter: string, order: Order): readonly Entry[] {
  return useMemo(() => sorted(filtered(entries, filter), order), [entries, filter, order]);
}

/** The deeds of the page: those that wait end with it. */
function useInTurn(work: Work): Deeds {
  const inTurn = useMemo(() => new Deeds(work), [work]);
  useEffect(() => () => inTurn.end(), [inTurn]);
  return inTurn;
}

/** The transfers of the page: they end with it, and each that has uploaded something shows in the list. */
function useQueue(reload: () => void): TransferQueue {
  const latest = useRef(reload);
  latest.current = reload;
  const queue = useMemo(
    () =>
      new TransferQueue(({ job }) => {
        if (job.direction === 'up') latest.current();
      }),
    [],
  );
  useEffect(() => () => queue.stopAll(), [queue]);
  return queue;
}
