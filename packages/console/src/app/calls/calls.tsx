// The foot of a tab: what its page has asked the gateway, as commands to copy.
import { useSignal } from '@preact/signals';
import { formatMs, formatTime, plural } from '../../browser/format.ts';
import type { Call } from '../../session/calls/call.ts';
import type { Caller } from '../../session/calls/caller.ts';
import { toCurl, toTypeScript } from '../../session/calls/snippets.ts';
import { CopyButton } from '../../ui/controls/copy-button.tsx';

/** The calls of a tab, folded until wanted. */
export function Calls({ caller }: { readonly caller: Caller }) {
  const calls = caller.calls.value;
  const isOpen = useSignal(false);
  if (calls.length === 0) return null;
  return (
    <details
      class="calls"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        As curl and TypeScript <span class="muted">{plural(calls.length, 'call')}</span>
      </summary>
      {isOpen.value && (
        <ol>
          {calls.map((call) => (
            <CallItem key={call.id} call={call} isNewest={call === calls[0]} />
          ))}
        </ol>
      )}
    </details>
  );
}

function CallItem({ call, isNewest }: { readonly call: Call; readonly isNewest: boolean }) {
  const { pathname, search } = new URL(call.url);
  return (
    <li>
      <details open={isNewest}>
        <summary>
          <code>
            {call.method} {pathname}
            {search}
          </code>{' '}
          <span class="muted">
            {call.status ?? '…'} {call.ms !== undefined && formatMs(call.ms)} at {formatTime(call.at)}
          </span>
        </summary>
        <Snippet title="curl" text={toCurl(call)} />
        <Snippet title="TypeScript" text={toTypeScript(call)} />
      </details>
    </li>
  );
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure class="snippet">
      <figcaption>
        {title} <CopyButton text={text} what={title} />
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
