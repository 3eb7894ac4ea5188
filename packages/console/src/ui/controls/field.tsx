// A label, its field, and what is to be said of it.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  /** Below the field. */
  readonly hint?: ComponentChildren;
  /** What is wrong with its content. */
  readonly error?: string | undefined;
  readonly class?: string;
  /** Makes the field, which must have this id. */
  readonly children: (id: string, describedBy: string | undefined) => ComponentChildren;
}

/** A labelled field: `<Field label="Host">{(id) => <input id={id} />}</Field>`. */
export function Field({ label, hint, error, children, ...props }: FieldProps) {
  const id = useId();
  const described = hint !== undefined || error !== undefined ? `${id}-more` : undefined;
  return (
    <div class={`field ${error === undefined ? '' : 'wrong'} ${props.class ?? ''}`}>
      <label for={id}>{label}</label>
      {children(id, described)}
      {described !== undefined && (
        <p id={described} class={error === undefined ? 'hint' : 'hint error'}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
