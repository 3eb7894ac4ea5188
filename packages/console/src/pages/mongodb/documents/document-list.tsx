// Documents as trees, as a table, or as extended JSON.
import type { Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { visibleText } from '../../../browser/visible-text.ts';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import type { EjsonDocument } from '../ejson/reader.ts';
import { lineOf } from '../ejson/types.ts';
import { writeEjson } from '../ejson/write.ts';
import { DocumentTable } from './document-table.tsx';
import { DocumentTree } from './document-tree.tsx';

/** How documents are shown. */
type DocumentView = 'tree' | 'table' | 'json';

const VIEWS: readonly (readonly [DocumentView, string])[] = [
  ['tree', 'Trees'],
  ['table', 'Table'],
  ['json', 'EJSON'],
];

/** Chooses how. @param name Apart from other choices of the page. */
export function ViewChoice({ view, name }: { readonly view: Signal<string>; readonly name: string }) {
  return (
    <fieldset class="segmented" aria-label="Show as">
      {VIEWS.map(([value, title]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            checked={view.value === value}
            onChange={() => {
              view.value = value;
            }}
          />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface DocumentListProps {
  readonly documents: readonly EjsonDocument[];
  readonly view: string;
  readonly label: string;
  /** What can be done with a document. */
  readonly actions?: (document: EjsonDocument) => preact.ComponentChildren;
}

/** The documents. */
export function DocumentList({ documents, view, label, actions }: DocumentListProps) {
  if (documents.length === 0) return <Empty title="No documents">Nothing fits here.</Empty>;
  if (view === 'table') return <DocumentTable documents={documents} label={label} />;
  if (view === 'json') return <DocumentText documents={documents} label={label} />;
  return (
    <ol class="mongodb-documents" aria-label={label}>
      {documents.map((document, i) => (
        // Documents have no other identity where a projection leaves out their _id.
        <li key={`${i}:${lineOf(document._id)}`} class="card">
          <DocumentTree value={document} open={documents.length > 5 ? 1 : 2} />
          <div class="row">
            <CopyButton text={() => writeEjson(document)} what={`document ${i + 1}`} />
            {actions?.(document)}
          </div>
        </li>
      ))}
    </ol>
  );
}

function DocumentText({ documents, label }: Pick<DocumentListProps, 'documents' | 'label'>) {
  const text = useMemo(
    () => documents.map((each) => JSON.stringify(each, undefined, 2)).join('\n'),
    [documents],
  );
  return (
    <>
      <div class="row">
        <CopyButton text={text} what="EJSON" />
      </div>
      <div class="scroll mongodb-text" role="region" aria-label={label} tabIndex={0}>
        <pre>{visibleText(text, true)}</pre>
      </div>
    </>
  );
}
