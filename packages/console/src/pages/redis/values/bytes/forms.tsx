// A small choice between forms of the same thing.
import { useId } from 'preact/hooks';

interface FormsProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** The choice, as buttons side by side; arrow keys move. */
export function Forms<T extends string>({ label, options, value, onChange }: FormsProps<T>) {
  const name = useId();
  return (
    <fieldset class="segmented redis-forms">
      <legend class="visually-hidden">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
