// The answer of a server: its bytes, its text, and its times.
import type { TcpSend } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { download } from '../../../browser/files.ts';
import { formatCount, formatMs } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { HexView } from '../../../ui/values/hex-view.tsx';
import { answerBytes, endWords } from './request.ts';

/** More of a text is seen as bytes alone. */
const SHOWN_TEXT = 100_000;

/** The answer. */
export function AnswerView({ answer }: { readonly answer: TcpSend }) {
  const bytes = useMemo(() => answerBytes(answer), [answer]);
  const isHex = useSignal(false);
  const { connectMs, firstByteMs, totalMs, endedBy } = answer;
  const facts = [
    ['Bytes', formatCount(bytes.length)],
    ['Connected in', formatMs(connectMs)],
    ['First byte after', firstByteMs === undefined ? '–' : formatMs(firstByteMs)],
    ['All in', formatMs(totalMs)],
  ] as const;
  return (
    <section class="stack network-part" aria-label="Answer">
      <dl class="network-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="row">
        <span role="status" class="grow">
          {endWords(endedBy)}
        </span>
        <Button
          isPressed={isHex.value}
          onClick={() => {
            isHex.value = !isHex.value;
          }}
        >
          Hex
        </Button>
        <Button onClick={() => download('answer.bin', new Blob([bytes]))}>Save</Button>
      </div>
      <BytesView bytes={bytes} isHex={isHex.value} label="Bytes of the answer" />
    </section>
  );
}

interface BytesViewProps {
  readonly bytes: Uint8Array;
  readonly isHex: boolean;
  readonly label: string;
}

/** Bytes as hexadecimal lines, or as UTF-8 text in which what is invisible is written out. */
export function BytesView({ bytes, isHex, label }: BytesViewProps) {
  if (bytes.length === 0) return <p class="muted">No bytes.</p>;
  if (isHex) {
    return (
      <div class="network-hex">
        <HexView bytes={bytes} label={label} />
      </div>
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(0, SHOWN_TEXT)).replaceAll('\r\n', '\n');
  return (
    <div class="scroll network-text" role="region" aria-label={label} tabIndex={0}>
      <pre>{visibleText(text, true)}</pre>
    </div>
  );
}
