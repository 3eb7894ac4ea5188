// A field for a document, whose faults are marked at their place before anything is sent.
import { json } from '@codemirror/lang-json';
import { type Diagnostic, linter } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { Signal } from '@preact/signals';
import { Editor } from '../../../ui/editor/editor.tsx';
import { faultPlace } from './fault-place.ts';
import { readDocument } from './reader.ts';

const LINT_DELAY_MS = 250;

/** The whole text as one document. */
const EXTENSIONS = [json(), linter(diagnose, { delay: LINT_DELAY_MS })];

interface DocumentFieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly placeholder?: string;
  /** `line`: for one or two lines; `block`: for whole documents. */
  readonly size: 'line' | 'block';
  /** Ctrl Enter or ⌘ Enter. */
  readonly onRun?: () => void;
}

/** The field, with its first fault in words below. */
export function DocumentField({ label, value, placeholder, size, onRun }: DocumentFieldProps) {
  const read = readDocument(value.value);
  return (
    <div class={`mongodb-field ${size}`}>
      <span class="mongodb-label" aria-hidden="true">
        {label}
      </span>
      <Editor
        label={label}
        value={value}
        extensions={EXTENSIONS}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(onRun === undefined ? {} : { onRun })}
      />
      {'fault' in read && (
        <p class="hint error" role="status">
          {faultPlace(value.value, read.fault)}
        </p>
      )}
    </div>
  );
}

function diagnose(view: EditorView): Diagnostic[] {
  const read = readDocument(view.state.doc.toString());
  return 'fault' in read ? [{ ...read.fault, severity: 'error' }] : [];
}
