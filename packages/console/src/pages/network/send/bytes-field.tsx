// A field for bytes: text with escapes, or hexadecimal digits.
import type { Signal } from '@preact/signals';
import { formatCount } from '../../../browser/format.ts';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { readBytes, writeBytes } from './bytes.ts';

const FORMS = [
  ['text', 'Text'],
  ['hex', 'Hex'],
] as const;

interface BytesFieldProps {
  readonly text: Signal<string>;
  /** `text` or `hex`. */
  readonly form: Signal<string>;
  /** Of the choice's buttons, apart from others of the page. */
  readonly name: string;
}

/** The field and its form; what is typed goes along when the form is changed. */
export function BytesField({ text, form, name }: BytesFieldProps) {
  const read = readBytes(text.value, form.value);
  const choose = (next: string) => {
    if ('bytes' in read) text.value = writeBytes(read.bytes, next);
    form.value = next;
  };
  return (
    <div class="stack">
      <TextField
        label="Bytes to send"
        value={text}
        rows={3}
        isCode
        error={'fault' in read ? read.fault : undefined}
        hint={
          'bytes' in read &&
          `${formatCount(read.bytes.length)} bytes. ${
            form.value === 'hex'
              ? 'Two digits a byte.'
              : String.raw`\r \n \t \0 \\ \xff stand for one byte each.`
          }`
        }
      />
      <fieldset class="segmented network-form" aria-label="Typed as">
        {FORMS.map(([value, title]) => (
          <label key={value}>
            <input type="radio" name={name} checked={form.value === value} onChange={() => choose(value)} />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
