// The messages of a mailbox, newest first; older ones are read as they are scrolled to.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatBytes, plural } from '../../../browser/format.ts';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { VirtualList } from '../../../ui/list/virtual-list.tsx';
import type { Account } from '../account/account.ts';
import { AccountProblem } from '../account/account-problem.tsx';
import { Paperclip } from '../message/paperclip.tsx';
import { hasFiles } from '../message/parts.ts';
import { hasFlag, type Message, plainLine, shortName, shortTime } from './summary.ts';

const ROW_HEIGHT = 56;

/** The list, or why there is none. */
export function MessageList({ account }: { readonly account: Account }) {
  const { reading, isSearching } = account;
  const listing = account.messages.value;
  const isRunning = reading.state.value === 'running';
  const reload = () => void account.load();
  return (
    <>
      {listing !== undefined && (
        <p class="muted imap-found" role="status">
          {isSearching ? `${plural(listing.count, 'message')} found` : plural(listing.count, 'message')}
        </p>
      )}
      {isRunning && listing === undefined && (
        <Progress label={isSearching ? 'Searching' : 'Reading'} onStop={() => reading.stop()} />
      )}
      {reading.state.value === 'stopped' && listing === undefined && (
        <Empty title="Stopped">Choose a mailbox, or search anew.</Empty>
      )}
      <AccountProblem error={reading.error.value} onReload={reload} onRetry={reload} />
      {listing?.uids.length === 0 && (
        <Empty title={isSearching ? 'No message is like that' : 'This mailbox is empty'}>
          {isSearching && 'Search for less, or in another mailbox.'}
        </Empty>
      )}
      {listing !== undefined && listing.uids.length > 0 && (
        <div class="imap-rows">
          <VirtualList
            label="Messages"
            count={listing.uids.length + (listing.next === undefined ? 0 : 1)}
            rowHeight={ROW_HEIGHT}
            row={(i) => {
              const message = listing.messages.get(listing.uids[i] ?? 0);
              if (message === undefined) return <More key={listing.next} account={account} />;
              return <Row message={message} account={account} />;
            }}
          />
        </div>
      )}
    </>
  );
}

/** Moves between the messages. */
function onArrow(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const item = event.currentTarget.closest('[role="listitem"]');
  const next = event.key === 'ArrowDown' ? item?.nextElementSibling : item?.previousElementSibling;
  const button = next?.querySelector('button');
  if (button === undefined || button === null) return;
  event.preventDefault();
  button.focus();
}

function Row({ message, account }: { readonly message: Message; readonly account: Account }) {
  const { uid, envelope, size, structure } = message;
  const isUnseen = !hasFlag(message, '\\Seen');
  const isFlagged = hasFlag(message, '\\Flagged');
  const isAnswered = hasFlag(message, '\\Answered');
  return (
    <button
      type="button"
      class={`imap-row ${isUnseen ? 'unseen' : ''}`}
      onKeyDown={onArrow}
      aria-current={account.uid.value === uid ? 'true' : undefined}
      onClick={() => {
        account.uid.value = uid;
      }}
    >
      <span class="imap-dot">{isUnseen && <span class="visually-hidden">Unread</span>}</span>
      <bdi class="imap-from">{shortName(envelope?.from[0])}</bdi>
      <span class="imap-when">{shortTime(message.internalDate, new Date())}</span>
      <bdi class="imap-subject">{plainLine(envelope?.subject ?? '', 300) || '(no subject)'}</bdi>
      <span class="imap-signs">
        {isAnswered && <Sign sign="↩" word="answered" />}
        {isFlagged && <Sign sign="★" word="flagged" />}
        {hasFiles(structure) && <Sign sign={<Paperclip />} word="with attachments" />}
        {size !== undefined && <span>{formatBytes(size)}</span>}
      </span>
    </button>
  );
}

function Sign({ sign, word }: { readonly sign: ComponentChildren; readonly word: string }) {
  return (
    <span title={word}>
      <span aria-hidden="true">{sign}</span>
      <span class="visually-hidden">{word}</span>
    </span>
  );
}

/** Stands behind the last known message; reads on when it is seen. */
function More({ account }: { readonly account: Account }) {
  const hasFailed = account.reading.error.value !== undefined;
  useEffect(() => {
    if (!hasFailed) void account.more();
  }, [account, hasFailed]);
  return (
    <button type="button" class="imap-row imap-more" onClick={() => void account.more()}>
      {hasFailed ? 'Read older messages' : 'Reading older messages …'}
    </button>
  );
}
