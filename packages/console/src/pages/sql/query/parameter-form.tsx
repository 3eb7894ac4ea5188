// The values of the current statement's parameters.
import { useComputed } from '@preact/signals';
import { parametersOf, type TypedValue, type ValueKind } from '../text/parameters.ts';
import type { QuerySession } from './session.ts';

const KINDS: readonly (readonly [kind: ValueKind, name: string])[] = [
  ['text', 'Text'],
  ['number', 'Number'],
  ['boolean', 'True or false'],
  ['null', 'NULL'],
];

/** A field for each parameter; nothing where the statement has none. */
export function ParameterForm({ session }: { readonly session: QuerySession }) {
  const parameters = useComputed(() => {
    const sql = session.current.value?.sql;
    return sql === undefined ? [] : parametersOf(sql, session.catalogue.dialect.value);
  }).value;
  if (parameters.length === 0) return null;
  return (
    <fieldset class="sql-parameters">
      <legend>Parameters</legend>
      {parameters.map(({ name }) => (
        <ParameterField key={name} name={name} session={session} />
      ))}
    </fieldset>
  );
}

function ParameterField({ name, session }: { readonly name: string; readonly session: QuerySession }) {
  const { values } = session;
  const value = values.value[name];
  const kind = value?.kind ?? 'text';
  const set = (changed: Partial<TypedValue>) => {
    values.value = { ...values.peek(), [name]: { kind, text: value?.text ?? '', ...changed } };
  };
  return (
    <div class="sql-parameter">
      <span class="mono" aria-hidden="true">
        {name}
      </span>
      <input
        type="text"
        class="mono"
        aria-label={`Value of ${name}`}
        value={value?.text ?? ''}
        placeholder={value === undefined ? 'no value yet' : ''}
        disabled={kind === 'null'}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => set({ text: event.currentTarget.value })}
        onKeyDown={(event) => event.key === 'Enter' && void session.run('run')}
      />
      <select
        aria-label={`Type of ${name}`}
        value={kind}
        onChange={(event) => set({ kind: event.currentTarget.value as ValueKind })}
      >
        {KINDS.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
