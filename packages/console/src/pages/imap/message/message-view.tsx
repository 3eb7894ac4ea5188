// One message: its header, its text or HTML, its files, and what can be done with it.
import { useEffect, useRef } from 'preact/hooks';
import { formatBytes, formatTime } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { Account } from '../account/account.ts';
import { AccountProblem } from '../account/account-problem.tsx';
import { type MailAddress, type Message, plainLine, wholeAddress } from '../messages/summary.ts';
import { Actions } from './actions.tsx';
import { Bodies } from './bodies.tsx';
import { Files } from './files.tsx';
import { bodiesOf, readPart } from './parts.ts';

/** The open message. */
export function MessageView({ account }: { readonly account: Account }) {
  const uid = account.uid.value;
  const listing = account.messages.value;
  const message = listing?.messages.get(uid);
  const isComplete = message?.structure !== undefined;
  useEffect(() => {
    if (uid > 0 && listing !== undefined && !isComplete) void account.complete(uid);
  }, [account, uid, listing === undefined, isComplete]);
  if (uid === 0) return <Empty title="No message is open">Choose one from the list.</Empty>;
  const { changing } = account;
  return (
    <>
      <div class="row">
        <Button
          class="imap-back"
          onClick={() => {
            account.uid.value = 0;
          }}
        >
          ← Messages
        </Button>
        {message !== undefined && account.mayWrite && <Actions account={account} message={message} />}
      </div>
      {changing.state.value === 'running' && (
        <Progress label="Asking the server" onStop={() => changing.stop()} />
      )}
      <AccountProblem error={changing.error.value} onReload={() => void account.load()} />
      {message === undefined && listing !== undefined && changing.state.value !== 'running' && (
        <Empty title="This message is not there">It was moved or deleted.</Empty>
      )}
      {message !== undefined && <Whole key={message.uid} account={account} message={message} />}
    </>
  );
}

function Whole({ account, message }: { readonly account: Account; readonly message: Message }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The reader goes on here.
  useEffect(() => heading.current?.focus(), []);
  const { envelope, structure } = message;
  const { texts, htmls, files } = bodiesOf(readPart(structure));
  const part = { account, uid: message.uid, uidValidity: message.uidValidity };
  return (
    <article class="imap-whole" aria-label="Message">
      <h2 ref={heading} tabIndex={-1}>
        <bdi>{plainLine(envelope?.subject ?? '') || '(no subject)'}</bdi>
      </h2>
      <Header message={message} />
      <Files {...part} files={files} size={message.size} />
      {structure !== undefined && <Bodies {...part} texts={texts} htmls={htmls} />}
    </article>
  );
}

function Header({ message }: { readonly message: Message }) {
  const { envelope, size, flags = [], internalDate, uid } = message;
  return (
    <dl class="imap-header">
      <Line name="From" addresses={envelope?.from} />
      <Line name="To" addresses={envelope?.to} />
      <Line name="Cc" addresses={envelope?.cc} />
      <Line name="Bcc" addresses={envelope?.bcc} />
      <Line name="Reply-To" addresses={differs(envelope) ? envelope?.replyTo : []} />
      <div>
        <dt>Date</dt>
        <dd>
          {envelope?.date === undefined
            ? plainLine(envelope?.dateText ?? 'not given')
            : formatTime(new Date(envelope.date))}
        </dd>
      </div>
      <div class="muted">
        <dt>On server</dt>
        <dd>
          {internalDate !== undefined && `${formatTime(new Date(internalDate))}, `}
          {size !== undefined && `${formatBytes(size)}, `}UID {uid} <code>{plainLine(flags.join(' '))}</code>
        </dd>
      </div>
    </dl>
  );
}

function Line({
  name,
  addresses = [],
}: {
  readonly name: string;
  readonly addresses?: readonly MailAddress[] | undefined;
}) {
  if (addresses.length === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd class="imap-addresses">
        {addresses.slice(0, 200).map((address, i) => (
          <bdi key={i}>{wholeAddress(address)}</bdi>
        ))}
        {addresses.length > 200 && <span class="muted">and {addresses.length - 200} more</span>}
      </dd>
    </div>
  );
}

/** Servers repeat the sender where a mail names nobody to reply to. */
function differs(envelope: Message['envelope']): boolean {
  const texts = (list: readonly MailAddress[] = []) => list.map(({ address }) => address).join();
  return texts(envelope?.replyTo) !== texts(envelope?.from);
}
