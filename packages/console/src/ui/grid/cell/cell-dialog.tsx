// One cell, whole: text, JSON as a tree, bytes in hexadecimal; to be copied and saved.
import { useSignal } from '@preact/signals';
import { download } from '../../../browser/files.ts';
import { formatBytes, formatCount, plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../controls/button.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { Modal } from '../../dialog/modal.tsx';
import { Sections } from '../../layout/sections.tsx';
import { HexView } from '../../values/hex-view.tsx';
import { ValueTree } from '../../values/value-tree.tsx';
import { type GridColumn, kindOf } from '../column.ts';
import { bytesOf, cellText, stringOf } from '../rows/cell-text.ts';
import { readJsonTree } from './json-value.ts';

/** More of a text is shown only when it was saved. */
const MOST_SHOWN = 200_000;

interface CellDialogProps {
  readonly column: GridColumn;
  /** The cell's JSON text. */
  readonly raw: string | undefined;
  /** The row's number as people count. */
  readonly row: number;
  readonly onClose: () => void;
}

/** The dialog. */
export function CellDialog({ column, raw, row, onClose }: CellDialogProps) {
  const kind = kindOf(column);
  const text = cellText(raw, kind);
  const bytes = kind === 'bytes' && raw?.startsWith('"') ? bytesOf(stringOf(raw)) : undefined;
  return (
    <Modal title={visibleText(column.name)} onClose={onClose} class="grid-opened">
      <p class="muted">
        {visibleText(column.type)} in row {formatCount(row)}
        {bytes !== undefined && `, ${formatBytes(bytes.length)}`}
        {bytes === undefined && text !== undefined && `, ${plural(text.length, 'character')}`}
      </p>
      {text === undefined ? (
        <p>
          <span class="grid-sign">NULL</span> There is no value.
        </p>
      ) : bytes !== undefined ? (
        <HexView bytes={bytes} label={`Bytes of ${visibleText(column.name)}`} />
      ) : (
        <TextOrTree text={text} value={readJsonTree(text)} isTree={kind === 'json'} />
      )}
      <div class="row end">
        {text !== undefined && (
          <CopyButton text={text} what={bytes === undefined ? 'cell' : 'hexadecimal digits'} />
        )}
        {text !== undefined && (
          <Button
            kind="quiet"
            onClick={() =>
              download(
                `${column.name}-${row}.${bytes === undefined ? 'txt' : 'bin'}`,
                bytes === undefined ? text : new Blob([bytes]),
              )
            }
          >
            Download
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </div>
    </Modal>
  );
}

interface TextOrTreeProps {
  readonly text: string;
  /** The object or list that the text holds; undefined where it holds none. */
  readonly value: object | undefined;
  /** Whether the tree is what is seen first. */
  readonly isTree: boolean;
}

function TextOrTree({ text, value, isTree }: TextOrTreeProps) {
  const current = useSignal<'text' | 'tree'>(isTree ? 'tree' : 'text');
  if (value === undefined) return <WholeText text={text} />;
  return (
    <Sections
      label="Looked at as"
      current={current}
      sections={[
        [
          'tree',
          'Tree',
          () => (
            <div class="grid-whole">
              <ValueTree value={value} open={2} />
            </div>
          ),
        ],
        ['text', 'Text', () => <WholeText text={text} />],
      ]}
    />
  );
}

/** The text with its lines; what else is hidden in it is seen. */
function WholeText({ text }: { readonly text: string }) {
  const shown = visibleText(text.slice(0, MOST_SHOWN), true);
  return (
    <>
      {text === '' ? (
        <p>
          <span class="grid-sign">empty</span> A text without characters.
        </p>
      ) : (
        <textarea class="grid-whole mono" readOnly aria-label="Text of the cell" value={shown} />
      )}
      {text.length > MOST_SHOWN && (
        <p class="notice">
          The first {formatCount(MOST_SHOWN)} of {plural(text.length, 'character')}. Download shows the rest.
        </p>
      )}
    </>
  );
}
