// The folder that is looked at: its entries as they come.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Work } from '../../../browser/async.ts';
import { useWork } from '../../../browser/hooks.ts';
import type { Entry, FileStore } from '../store/contract.ts';

/** While a long listing comes, it is drawn so often. */
const DRAWN_MS = 150;

/** A folder. */
export interface Folder {
  readonly entries: readonly Entry[];
  /** The listing: its state and its failure. */
  readonly work: Work;
  /** Lists the folder that is looked at by then. */
  readonly reload: () => void;
}

/** Lists a folder now and whenever it is another one. */
export function useFolder(store: FileStore, path: string): Folder {
  const work = useWork();
  const entries = useSignal<readonly Entry[]>([]);
  // What asks for the list anew may have begun in another folder.
  const latest = useRef({ store, path });
  latest.current = { store, path };
  const reload = () => {
    const of = latest.current;
    void work.run(async (signal) => {
      const found: Entry[] = [];
      let drawnAt = performance.now();
      for await (const entry of of.store.list(of.path, { signal })) {
        signal.throwIfAborted();
        found.push(entry);
        if (performance.now() - drawnAt < DRAWN_MS) continue;
        drawnAt = performance.now();
        entries.value = [...found];
      }
      if (!signal.aborted) entries.value = found;
    });
  };
  useEffect(() => {
    entries.value = [];
    reload();
  }, [store, path]);
  return { entries: entries.value, work, reload };
}
