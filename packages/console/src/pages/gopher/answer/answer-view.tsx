// Shows what is no menu: a text, an image, or a file to save.
import { useEffect, useState } from 'preact/hooks';
import { download } from '../../../browser/files.ts';
import { formatBytes, formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { VirtualList } from '../../../ui/list/virtual-list.tsx';
import { fileNameOf } from '../places/place.ts';
import type { Answer } from './read-answer.ts';

interface AnswerViewProps {
  readonly answer: Exclude<Answer, { kind: 'menu' }>;
  readonly place: string;
  /** What the link was called. */
  readonly title: string;
}

/** More lines are drawn as they are scrolled to. */
const WHOLE_LINES = 3000;
const LINE_HEIGHT = 20;
/** Of a line so much is drawn; the file that is saved has all of it. */
const SHOWN_LENGTH = 10_000;

/** The text, the image or the file. */
export function AnswerView({ answer, place, title }: AnswerViewProps) {
  const name = fileNameOf(place);
  if (answer.kind === 'text') return <TextView text={answer.text} name={name} />;
  if (answer.kind === 'image') return <ImageView blob={answer.blob} name={name} title={title} />;
  return (
    <div class="stack">
      <Empty title={name}>
        A file of {formatBytes(answer.blob.size)}. This page does not open it; save it and look at it with
        care.
      </Empty>
      <div class="row gopher-centre">
        <Button kind="primary" onClick={() => download(name, answer.blob)}>
          Save {name}
        </Button>
      </div>
    </div>
  );
}

function TextView({ text, name }: { readonly text: string; readonly name: string }) {
  const lines = text.split(/\r\n|\n|\r/);
  return (
    <>
      <div class="row">
        <span class="muted grow">{formatCount(lines.length)} lines</span>
        <Button onClick={() => download(name, text)}>Save as text</Button>
      </div>
      {lines.length <= WHOLE_LINES ? (
        <pre class="gopher-text scroll grow" tabIndex={0} role="region" aria-label="Text">
          {visibleText(lines.join('\n'), true)}
        </pre>
      ) : (
        <VirtualList
          class="gopher-lines"
          count={lines.length}
          rowHeight={LINE_HEIGHT}
          row={(i) => visibleText((lines[i] ?? '').slice(0, SHOWN_LENGTH), true)}
          label="Text"
        />
      )}
    </>
  );
}

interface ImageViewProps {
  readonly blob: Blob;
  readonly name: string;
  readonly title: string;
}

function ImageView({ blob, name, title }: ImageViewProps) {
  const [url, setUrl] = useState('');
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    setBroken(false);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <>
      <div class="row">
        <span class="muted grow">
          {blob.type}, {formatBytes(blob.size)}
        </span>
        <Button onClick={() => download(name, blob)}>Save {name}</Button>
      </div>
      <div class="gopher-image scroll grow" tabIndex={0} role="region" aria-label="Image">
        {isBroken && (
          <Empty title="The server’s bytes are no image">Save them to look at them otherwise.</Empty>
        )}
        {url !== '' && !isBroken && (
          <img src={url} alt={title === '' ? name : title} onError={() => setBroken(true)} />
        )}
      </div>
    </>
  );
}
