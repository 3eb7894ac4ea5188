// What the server said to a mail: who gets it, who does not and why, and under which name it queues.
import type { Output } from '@fairlead/sdk';
import { useEffect, useRef } from 'preact/hooks';
import { formatTime } from '../../../browser/format.ts';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { queueIdOf } from './server-answer.ts';

/** A mail that the server has taken, for some recipients at least. */
export interface Sent extends Output<'smtpSend'> {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The server's answer. */
export function SentMail({ sent }: { readonly sent: Sent }) {
  const { accepted, rejected, response, messageId, at } = sent;
  const queueId = queueIdOf(response);
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [at]);
  return (
    <section
      ref={place}
      class={`smtp-sent ${rejected.length > 0 ? 'some' : ''}`}
      aria-label="What the server said"
      role="status"
    >
      <h3>
        {rejected.length === 0
          ? `Sent to ${accepted.length === 1 ? 'the recipient' : `all ${accepted.length} recipients`}`
          : `Sent to ${accepted.length} of ${accepted.length + rejected.length} recipients`}{' '}
        <span class="muted">at {formatTime(at)}</span>
      </h3>
      <Recipients sent={sent} />
      <dl class="inline">
        <div>
          <dt>Server</dt>
          <dd>
            <code>{response}</code>
          </dd>
        </div>
        {queueId !== undefined && (
          <div>
            <dt>Queue ID</dt>
            <dd>
              <code>{queueId}</code> <CopyButton text={queueId} what="queue ID" />
            </dd>
          </div>
        )}
        {messageId !== undefined && (
          <div>
            <dt>Message-ID</dt>
            <dd>
              <code>{messageId}</code> <CopyButton text={messageId} what="Message-ID" />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Recipients({ sent: { accepted, rejected } }: { readonly sent: Sent }) {
  return (
    <ul>
      {rejected.map(({ address, code, enhanced, message }) => (
        <li key={`refused ${address}`}>
          <span class="badge danger">refused</span> <bdi>{address}</bdi>{' '}
          <code>
            {code} {enhanced}
          </code>{' '}
          {message}
        </li>
      ))}
      {accepted.map((address) => (
        <li key={address}>
          <span class="badge ok">accepted</span> <bdi>{address}</bdi>
        </li>
      ))}
    </ul>
  );
}
