// A payload as text, as a tree of JSON, or as bytes.
import type { Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { HexView } from '../../../ui/values/hex-view.tsx';
import { ValueTree } from '../../../ui/values/value-tree.tsx';
import { bytesOf, type Message } from '../feed/message.ts';
import { jsonOf } from './json.ts';

/** How payloads are looked at. `auto`: JSON where it is an object or a list, bytes where it is no text. */
export type PayloadView = 'auto' | 'text' | 'json' | 'hex';

/** More of a text is not drawn. */
const SHOWN = 100_000;

const VIEWS = [
  ['text', 'Text'],
  ['json', 'JSON'],
  ['hex', 'Hex'],
] as const;

interface PayloadProps {
  readonly message: Message;
  readonly view: Signal<PayloadView>;
}

/** The payload, and the choice of how. */
export function Payload({ message, view }: PayloadProps) {
  const json = useMemo(() => (message.text === undefined ? undefined : jsonOf(message.text)), [message]);
  const isTree = json !== undefined && typeof json.value === 'object' && json.value !== null;
  const automatic = message.text === undefined ? 'hex' : isTree ? 'json' : 'text';
  const current = view.value === 'auto' ? automatic : view.value;
  return (
    <div class="mqtt-payload">
      <div class="row" role="group" aria-label="Payload as">
        {VIEWS.map(([name, title]) => (
          <Button
            key={name}
            isPressed={name === current}
            onClick={() => {
              view.value = name === automatic ? 'auto' : name;
            }}
          >
            {title}
          </Button>
        ))}
        <CopyButton text={() => message.text ?? message.base64 ?? ''} what="payload" />
      </div>
      {current === 'text' && <Text message={message} />}
      {current === 'json' &&
        (json === undefined ? (
          <p class="muted">This payload is no JSON.</p>
        ) : (
          <ValueTree value={json.value} open={2} />
        ))}
      {current === 'hex' && <Hex message={message} />}
    </div>
  );
}

function Text({ message: { text } }: { readonly message: Message }) {
  if (text === undefined) return <p class="muted">This payload is no text (UTF-8): Hex shows its bytes.</p>;
  if (text === '') return <p class="muted">The payload is empty.</p>;
  return (
    <>
      <pre class="mqtt-text" tabIndex={0}>
        <bdi>{visibleText(text.slice(0, SHOWN), true)}</bdi>
      </pre>
      {text.length > SHOWN && (
        <p class="muted">
          The first {formatCount(SHOWN)} of {formatCount(text.length)} characters. Copy gives all.
        </p>
      )}
    </>
  );
}

function Hex({ message }: { readonly message: Message }) {
  const bytes = useMemo(() => bytesOf(message), [message]);
  return (
    <div class="mqtt-hex">
      <HexView bytes={bytes} label="Bytes of the payload" />
    </div>
  );
}
