// A file, looked at: its text, or its bytes. It is text whatever it holds.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBytes, formatTime } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { HexView } from '../../../ui/values/hex-view.tsx';
import { joinPath } from '../names/path.ts';
import { ShownName, shownName } from '../names/shown-name.tsx';
import type { Entry, FileStore } from '../store/contract.ts';
import { HEAD_BYTES, type Head, readHead } from './head.ts';

interface PreviewProps {
  readonly store: FileStore;
  readonly folder: string;
  readonly entry: Entry;
  readonly onDownload: () => void;
  readonly onClose: () => void;
}

/** The file's beginning, and what is known of it. */
export function Preview({ store, folder, entry, onDownload, onClose }: PreviewProps) {
  const work = useWork();
  const head = useSignal<Head | undefined>(undefined);
  const path = joinPath(folder, entry.name);
  const read = async () => {
    head.value = undefined;
    await work.take(
      (signal) => readHead(store, path, entry.size, signal),
      (beginning) => {
        head.value = beginning;
      },
    );
  };
  useEffect(() => void read(), [path, entry.size, entry.modifiedAt]);
  return (
    <section class="files-preview fill" aria-label={`Preview of ${shownName(entry.name)}`}>
      <div class="row">
        <h2 class="grow files-title">
          <ShownName name={entry.name} />
        </h2>
        <Button onClick={onDownload}>Download</Button>
        <Button kind="quiet" label="Close the preview" onClick={onClose}>
          ×
        </Button>
      </div>
      <p class="muted">
        {[
          entry.size === undefined ? '' : formatBytes(entry.size),
          entry.modifiedAt === undefined ? '' : `changed ${formatTime(entry.modifiedAt)}`,
          entry.mode === undefined ? '' : `mode ${visibleText(entry.mode)}`,
          visibleText(entry.note ?? ''),
        ]
          .filter((part) => part !== '')
          .join(', ')}
      </p>
      {work.state.value === 'running' && <Progress label="Reading" onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} onRetry={() => void read()} />
      {head.value !== undefined && <Content head={head.value} />}
    </section>
  );
}

function Content({ head: { bytes, text, isCut } }: { readonly head: Head }) {
  if (bytes.length === 0) return <Empty title="The file is empty" />;
  return (
    <>
      {isCut && (
        <p class="notice">
          Shown is the beginning, {formatBytes(HEAD_BYTES)}. Download it to have all of it.
        </p>
      )}
      {text === undefined ? (
        <HexView bytes={bytes} label="Content as bytes" />
      ) : (
        <pre class="files-text" tabIndex={0} role="region" aria-label="Content">
          {visibleText(text.replaceAll('\r\n', '\n'), true)}
        </pre>
      )}
    </>
  );
}
