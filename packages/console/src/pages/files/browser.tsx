// The files of one server: the folder that is looked at, and all that can be done in it.
import { useSignal } from '@preact/signals';
import type { Tab } from '../../app/tabs/tab.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { Split } from '../../ui/layout/split.tsx';
import { NewFolder, Rename } from './changes/changes.tsx';
import { Crumbs } from './listing/crumbs.tsx';
import { Entries } from './listing/entries.tsx';
import { FolderProblem } from './listing/folder-problem.tsx';
import { ChosenTools, Tools } from './listing/tools.tsx';
import { parentOf } from './names/path.ts';
import { Preview } from './preview/preview.tsx';
import type { FileStore } from './store/contract.ts';
import { droppedFiles } from './transfers/jobs/dropped.ts';
import { Transfers } from './transfers/view/transfers.tsx';
import { type FileBrowser, useBrowser } from './use-browser.ts';

interface BrowserProps {
  readonly tab: Tab;
  readonly store: FileStore;
  /** What the gateway takes at once, in bytes. */
  readonly mostBytes: number;
}

/** The browser; files are dropped anywhere on it. */
export function Browser({ tab, store, mostBytes }: BrowserProps) {
  const browser = useBrowser(tab, store, mostBytes);
  const { path, filter, looked, folder, chosen, deeds, queue } = browser;
  const { isDropping, ...drop } = useDrop(store.mayWrite, browser);
  const share = useSignal(55);
  const list = <List browser={browser} store={store} />;
  return (
    <div class={`files fill ${isDropping ? 'dropping' : ''}`} {...drop}>
      <Crumbs path={path.value} onGo={browser.go} />
      <Tools
        filter={filter}
        mayWrite={store.mayWrite}
        isRoot={path.value === '/'}
        onUp={() => browser.go(parentOf(path.value))}
        onReload={folder.reload}
        onNewFolder={() => {
          browser.dialog.value = { kind: 'new-folder' };
        }}
        onUpload={browser.upload}
      />
      <ChosenTools
        count={browser.chosenEntries.length}
        mayWrite={store.mayWrite}
        onDownload={() => browser.download(browser.chosenEntries)}
        onRename={() => rename(browser, browser.chosenEntries[0])}
        onDelete={() => browser.remove(browser.chosenEntries)}
        onNone={() => {
          chosen.value = new Set();
        }}
      />
      {deeds.state.value === 'running' && <Progress label="Working" onStop={() => deeds.stop()} />}
      <ProblemView error={deeds.error.value} />
      {looked.value === undefined ? (
        list
      ) : (
        <Split
          direction="columns"
          label="Size of the list"
          share={share}
          first={list}
          second={<Looked browser={browser} store={store} />}
        />
      )}
      <Transfers queue={queue} />
      <Dialogs browser={browser} store={store} />
    </div>
  );
}

interface PartProps {
  readonly browser: FileBrowser;
  readonly store: FileStore;
}

function List({ browser, store }: PartProps) {
  const { folder, shown, path, filter } = browser;
  const state = folder.work.state.value;
  if (state === 'failed')
    return (
      <FolderProblem error={folder.work.error.value} protocol={store.protocol} onRetry={folder.reload} />
    );
  if (shown.length === 0 && state === 'done')
    return filter.value === '' ? (
      <Empty title="This folder is empty">
        {store.mayWrite ? 'Drop files here, or upload them by the button above.' : undefined}
      </Empty>
    ) : (
      <Empty title="No name holds this text">Empty the filter to see all of the folder.</Empty>
    );
  return (
    <>
      {state === 'running' && <Progress label="Listing" onStop={() => folder.work.stop()} />}
      {state === 'stopped' && (
        <p class="notice">The listing was stopped: there may be more. Reload lists all.</p>
      )}
      <Entries
        entries={shown}
        order={browser.order}
        chosen={browser.chosen}
        unusable={browser.fault}
        onOpen={browser.open}
        onKey={(key, entry) => {
          if (key === 'up') browser.go(parentOf(path.value));
          else if (!store.mayWrite) return;
          else if (key === 'rename') rename(browser, entry);
          else browser.remove([entry]);
        }}
      />
    </>
  );
}

function Looked({ browser, store }: PartProps) {
  const { looked, path } = browser;
  const entry = looked.value;
  if (entry === undefined) return null;
  return (
    <Preview
      store={store}
      folder={path.value}
      entry={entry}
      onDownload={() => browser.download([entry])}
      onClose={() => {
        looked.value = undefined;
      }}
    />
  );
}

function Dialogs({ browser, store }: PartProps) {
  const { dialog, folder, path } = browser;
  const place = { store, folder: path.value, entries: folder.entries };
  const close = () => {
    dialog.value = undefined;
  };
  const changed = () => {
    browser.chosen.value = new Set();
    browser.looked.value = undefined;
    folder.reload();
  };
  if (dialog.value === undefined) return null;
  if (dialog.value.kind === 'new-folder')
    return <NewFolder place={place} onClose={close} onChanged={changed} />;
  return <Rename entry={dialog.value.entry} place={place} onClose={close} onChanged={changed} />;
}

function rename({ dialog, fault }: FileBrowser, entry: FileBrowser['shown'][number] | undefined): void {
  if (entry !== undefined && fault(entry) === undefined) dialog.value = { kind: 'rename', entry };
}

/** Takes files that are dropped. */
function useDrop(mayWrite: boolean, browser: FileBrowser) {
  const isDropping = useSignal(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const leave = () => {
    isDropping.value = false;
  };
  return {
    isDropping: isDropping.value,
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      isDropping.value = mayWrite;
    },
    onDragLeave: leave,
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      leave();
      if (mayWrite) void droppedFiles(event.dataTransfer).then(browser.upload);
    },
  };
}
