// A field for a value: typed as text, or byte by byte.
import type { Signal } from '@preact/signals';
import { TextField } from '../../../../ui/controls/text-field.tsx';
import type { Argument } from '../../wire/argument.ts';
import { hexOf, type TypedForm, typedArgument } from './content.ts';
import { Forms } from './forms.tsx';

const FORMS = [
  ['text', 'Text'],
  ['hex', 'Bytes'],
] as const;

interface ContentFieldProps {
  readonly label: string;
  readonly text: Signal<string>;
  readonly form: Signal<TypedForm>;
  /** Lines of the field. Default 4. */
  readonly rows?: number;
}

/** The field. `typedArgument` of its text and form is what was typed. */
export function ContentField({ label, text, form, rows = 4 }: ContentFieldProps) {
  const typed = typedArgument(text.value, form.value);
  const change = (next: TypedForm) => {
    if (next === form.peek() || typed === undefined) return;
    if (next === 'text' && !isText(typed)) return;
    text.value = next === 'hex' ? hexOf(typed) : String(typed);
    form.value = next;
  };
  const isStuck = form.value === 'hex' && typed !== undefined && !isText(typed);
  return (
    <div class="redis-field">
      <TextField
        label={label}
        value={text}
        rows={rows}
        isCode
        error={typed === undefined ? wrongWords(form.value) : undefined}
        hint={
          isStuck
            ? 'These bytes are no UTF-8 text: they are typed as pairs of hexadecimal digits.'
            : undefined
        }
      />
      <Forms
        label={`Type the ${label.toLowerCase()} as`}
        options={FORMS}
        value={form.value}
        onChange={change}
      />
    </div>
  );
}

/** Whether a field of text gives back the same bytes. */
function isText(value: Argument): boolean {
  return typeof value === 'string' && !value.includes('\r');
}

function wrongWords(form: TypedForm): string {
  return form === 'hex'
    ? 'Type pairs of hexadecimal digits, such as 0a ff.'
    : 'Half of a surrogate pair is no text: remove it, or type bytes.';
}
