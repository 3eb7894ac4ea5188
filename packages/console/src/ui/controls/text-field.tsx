// Fields that edit a signal: a line of text, a choice, a switch.
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Field } from './field.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: ComponentChildren;
  readonly error?: string | undefined;
  readonly class?: string;
  /** Default `text`. Of a field of one line. */
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'email' | 'date';
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isReadOnly?: boolean;
  /** For the browser's own memory. Default `off`. */
  readonly autocomplete?: string;
  /** Makes a field of so many lines. */
  readonly rows?: number;
  /** In the face of code. */
  readonly isCode?: boolean;
  /** Enter, in a field of one line outside a form. */
  readonly onEnter?: () => void;
}

/** A labelled line of text, or several with `rows`. */
export function TextField({ value, rows, ...props }: TextFieldProps) {
  const { label, hint, error, class: name } = props;
  const shared = {
    placeholder: props.placeholder ?? '',
    required: props.isRequired ?? false,
    readOnly: props.isReadOnly ?? false,
    autocomplete: props.autocomplete ?? 'off',
    spellcheck: false,
    class: props.isCode ? 'mono' : '',
    'aria-invalid': error !== undefined,
    value,
    onInput: (event: { currentTarget: { value: string } }) => {
      value.value = event.currentTarget.value;
    },
  };
  // Typed loosely: the types of a field depend on its literal `type`.
  const line: object = {
    ...shared,
    type: props.type ?? 'text',
    onKeyDown: (event: KeyboardEvent) => event.key === 'Enter' && props.onEnter?.(),
  };
  return (
    <Field label={label} hint={hint} error={error} class={name ?? ''}>
      {(id, describedBy) =>
        rows === undefined ? (
          <input {...line} id={id} aria-describedby={describedBy} />
        ) : (
          <textarea {...shared} rows={rows} id={id} aria-describedby={describedBy} />
        )
      }
    </Field>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: Signal<T>;
  /** Values, and what they are called. */
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly hint?: ComponentChildren;
  readonly class?: string;
}

/** A labelled choice. */
export function Select<T extends string>({ value, options, ...field }: SelectProps<T>) {
  return (
    <Field {...field}>
      {(id, describedBy) => (
        <select
          id={id}
          aria-describedby={describedBy}
          value={value.value}
          onChange={(event) => {
            value.value = event.currentTarget.value as T;
          }}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A labelled switch. */
export function Check({
  label,
  value,
}: {
  readonly label: ComponentChildren;
  readonly value: Signal<boolean>;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}
