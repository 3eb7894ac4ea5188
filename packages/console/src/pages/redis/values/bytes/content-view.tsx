// A value looked at as text, as a JSON tree, or as bytes.
import { useSignal } from '@preact/signals';
import { visibleText } from '../../../../browser/visible-text.ts';
import { CopyButton } from '../../../../ui/controls/copy-button.tsx';
import { HexView } from '../../../../ui/values/hex-view.tsx';
import { ValueTree } from '../../../../ui/values/value-tree.tsx';
import { type Argument, bytesOf } from '../../wire/argument.ts';
import { bestForm, type Form, hexOf, jsonIn } from './content.ts';
import { Forms } from './forms.tsx';

interface ContentViewProps {
  /** What it is, for those who hear: `value`. */
  readonly label: string;
  readonly value: Argument;
}

/** The value, in the form that says most until another one is chosen. */
export function ContentView({ label, value }: ContentViewProps) {
  const chosen = useSignal<Form | undefined>(undefined);
  const json = jsonIn(value);
  const offered: readonly (readonly [Form, string])[] = [
    ...(typeof value === 'string' ? [['text', 'Text'] as const] : []),
    ...(json === undefined ? [] : [['json', 'JSON'] as const]),
    ['hex', 'Bytes'],
  ];
  const wanted = chosen.value ?? bestForm(value);
  const form = offered.some(([each]) => each === wanted) ? wanted : bestForm(value);
  return (
    <div class="redis-content">
      <div class="row">
        <Forms
          label={`Show the ${label} as`}
          options={offered}
          value={form}
          onChange={(next) => {
            chosen.value = next;
          }}
        />
        {typeof value !== 'string' && <span class="badge warn">not UTF-8</span>}
        <CopyButton text={() => (typeof value === 'string' ? value : hexOf(value))} what={label} />
      </div>
      <Shown label={label} value={value} form={form} json={json} />
    </div>
  );
}

interface ShownProps extends ContentViewProps {
  readonly form: Form;
  readonly json: object | undefined;
}

function Shown({ label, value, form, json }: ShownProps) {
  if (form === 'json' && json !== undefined)
    return (
      <section class="redis-json" aria-label={`The ${label} as JSON`} tabIndex={0}>
        <ValueTree value={json} open={2} />
      </section>
    );
  if (form === 'text' && typeof value === 'string')
    return (
      <pre class="redis-text" tabIndex={0} role="region" aria-label={`The ${label} as text`}>
        {visibleText(value, true)}
      </pre>
    );
  return (
    <div class="redis-hex">
      <HexView bytes={bytesOf(value)} label={`The ${label} as bytes`} />
    </div>
  );
}
