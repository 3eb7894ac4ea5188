// A document as a tree, with the type of each value. Texts are shown as texts, whatever they hold.
import { useSignal } from '@preact/signals';
import { visibleText } from '../../../browser/visible-text.ts';
import { lineOf, type Scalar, shownOf } from '../ejson/types.ts';

/** Members that are shown before the person asks for more. */
const PORTION = 100;
/** Longer texts are cut until they are asked for. */
const SHOWN_TEXT = 400;

interface DocumentTreeProps {
  readonly value: unknown;
  /** Of the member. */
  readonly name?: string;
  /** How many levels are open at the start. */
  readonly open: number;
}

/** A value; what holds others folds. */
export function DocumentTree({ value, name, open }: DocumentTreeProps) {
  const shown = shownOf(value);
  if ('scalar' in shown) {
    return (
      <div class="leaf">
        {name !== undefined && <span class="member">{visibleText(name)}: </span>}
        <ScalarView scalar={shown.scalar} />
      </div>
    );
  }
  return <Branch value={value} name={name} open={open} members={shown.members} />;
}

interface BranchProps {
  readonly value: unknown;
  readonly name: string | undefined;
  readonly open: number;
  readonly members: readonly (readonly [string, unknown])[];
}

function Branch({ value, name, open, members }: BranchProps) {
  const isOpen = useSignal(open > 0);
  const shown = useSignal(PORTION);
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
        <span class="muted">{lineOf(value)}</span>
      </summary>
      {isOpen.value &&
        members
          .slice(0, shown.value)
          .map(([member, each]) => <DocumentTree key={member} name={member} value={each} open={open - 1} />)}
      {isOpen.value && members.length > shown.value && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            shown.value += 10 * PORTION;
          }}
        >
          {members.length - shown.value} more
        </button>
      )}
    </details>
  );
}

/** A value that holds no others, with its type. */
function ScalarView({ scalar: { type, text, look } }: { readonly scalar: Scalar }) {
  const isWhole = useSignal(false);
  const isCut = text.length > SHOWN_TEXT && !isWhole.value;
  const seen = isCut ? text.slice(0, SHOWN_TEXT) : text;
  return (
    <>
      <span class={`value ${look}`}>{visibleText(type === 'string' ? JSON.stringify(seen) : seen)}</span>
      {isCut && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          {text.length} characters
        </button>
      )}{' '}
      {type !== 'null' && <span class="mongodb-type">{type}</span>}
    </>
  );
}
