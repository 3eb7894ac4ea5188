// A JSON value as a tree that is opened by and by.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { visibleText } from '../../browser/visible-text.ts';

/** Children that are shown before the person asks for more. */
const PORTION = 100;
/** Longer texts are cut until they are asked for. */
const SHOWN_TEXT = 500;

interface ValueTreeProps {
  readonly value: unknown;
  /** Of the value, such as its member's name. */
  readonly name?: string;
  /** How many levels are open at the start. Default 1. */
  readonly open?: number;
}

/** A value; objects and lists fold. Texts are shown as texts, whatever they hold. */
export function ValueTree({ value, name, open = 1 }: ValueTreeProps) {
  if (typeof value === 'object' && value !== null) return <Branch value={value} name={name} open={open} />;
  return (
    <div class="leaf">
      {name !== undefined && <span class="member">{visibleText(name)}: </span>}
      <Leaf value={value} />
    </div>
  );
}

function Branch({ value, name, open }: { value: object; name: string | undefined; open: number }) {
  const isOpen = useSignal(open > 0);
  const shown = useSignal(PORTION);
  const isList = Array.isArray(value);
  // A million names are gathered once, and their values looked up as they are shown.
  const names = useMemo(() => Object.keys(value), [value]);
  const summary = isList ? `[${names.length}]` : `{${names.length}}`;
  return (
    <details
      class="branch"
      open={isOpen.value}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        {name !== undefined && <span class="member">{visibleText(name)}: </span>}
        <span class="muted">{summary}</span>
      </summary>
      {isOpen.value &&
        names
          .slice(0, shown.value)
          .map((key) => <ValueTree key={key} name={key} value={Reflect.get(value, key)} open={open - 1} />)}
      {isOpen.value && names.length > shown.value && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            shown.value += 10 * PORTION;
          }}
        >
          {names.length - shown.value} more
        </button>
      )}
    </details>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  const isWhole = useSignal(false);
  if (typeof value !== 'string')
    return <span class={`value ${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
  const isCut = value.length > SHOWN_TEXT && !isWhole.value;
  return (
    <span class="value string">
      {visibleText(JSON.stringify(isCut ? value.slice(0, SHOWN_TEXT) : value))}
      {isCut && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          {value.length} characters
        </button>
      )}
    </span>
  );
}
