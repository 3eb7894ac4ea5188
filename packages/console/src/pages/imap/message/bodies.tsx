// A message's words: as text, or as HTML in a frame that does nothing.
import { imapPart } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBytes } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { HtmlFrame } from '../../../ui/values/html-frame.tsx';
import type { Account } from '../account/account.ts';
import { AccountProblem } from '../account/account-problem.tsx';
import { type BodyText, MAX_SHOWN_BYTES, piecesOf, readBody } from './body-text.ts';
import type { BodyPart } from './parts.ts';

interface BodiesProps {
  readonly account: Account;
  readonly uid: number;
  readonly uidValidity: number;
  readonly texts: readonly BodyPart[];
  readonly htmls: readonly BodyPart[];
}

/** The words. HTML is shown where it is all there is, or where the person asks for it. */
export function Bodies({ account, uid, uidValidity, texts, htmls }: BodiesProps) {
  const work = useWork();
  const isHtml = useSignal(texts.length === 0);
  const body = useSignal<BodyText | undefined>(undefined);
  const parts = isHtml.value ? htmls : texts;
  const read = async (abort: AbortSignal): Promise<BodyText> => {
    const all: BodyText[] = [];
    for (const { part, parameters } of parts) {
      const query = { mailbox: account.mailbox.peek(), uid, uidValidity, part };
      const response = await account.caller.run('imapPart', imapPart, { query, signal: abort });
      all.push(await readBody(response, parameters.charset));
    }
    return { text: all.map(({ text }) => text).join('\n'), isCut: all.some(({ isCut }) => isCut) };
  };
  const load = async () => {
    body.value = undefined;
    await work.take(read, (whole) => {
      body.value = whole;
    });
  };
  useEffect(() => void load(), [isHtml.value]);
  if (texts.length + htmls.length === 0) return <Empty title="This message has no text" />;
  return (
    <div class="imap-bodies">
      {texts.length > 0 && htmls.length > 0 && (
        <div class="row" role="group" aria-label="Show the message as">
          {[false, true].map((isThis) => (
            <Button
              key={`${isThis}`}
              isPressed={isHtml.value === isThis}
              onClick={() => {
                isHtml.value = isThis;
              }}
            >
              {isThis ? 'HTML' : 'Text'}
            </Button>
          ))}
        </div>
      )}
      {work.state.value === 'running' && <Progress label="Reading the message" onStop={() => work.stop()} />}
      {work.state.value === 'stopped' && <Button onClick={() => void load()}>Read the message</Button>}
      <AccountProblem
        error={work.error.value}
        onReload={() => void account.load()}
        onRetry={() => void load()}
      />
      {body.value?.isCut && (
        <p class="notice">
          Only the first {formatBytes(MAX_SHOWN_BYTES)} are shown. Save the whole message to read on.
        </p>
      )}
      {body.value !== undefined &&
        (isHtml.value ? (
          <HtmlFrame html={body.value.text} label="Message as HTML" />
        ) : (
          <Words text={body.value.text} />
        ))}
    </div>
  );
}

function Words({ text }: { readonly text: string }) {
  return (
    <pre class="imap-text" dir="auto">
      {piecesOf(text).map(({ text: words, url }, i) =>
        url === undefined ? (
          words
        ) : (
          <a key={i} href={url} rel="noreferrer noopener" target="_blank">
            {words}
          </a>
        ),
      )}
    </pre>
  );
}
