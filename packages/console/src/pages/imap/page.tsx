// The page of a mail account: mailboxes, messages and one of them, side by side where there is room.
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '../../ui/controls/button.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import type { PageProps } from '../contract.ts';
import { Account } from './account/account.ts';
import { AccountProblem } from './account/account-problem.tsx';
import './imap.css';
import { MailboxChoice, MailboxTree } from './mailboxes/mailbox-tree.tsx';
import { MessageView } from './message/message-view.tsx';
import { MessageList } from './messages/message-list.tsx';
import { SearchForm } from './messages/search-form.tsx';
import { Watch } from './watch.tsx';

/** Where the gateway does not tell its cap. */
const WATCH_MS = 30_000;

/** The page. */
export function Page(props: PageProps) {
  const { tab, access } = props;
  const account = useMemo(() => new Account(props), [tab]);
  const reload = () => {
    void account.loadMailboxes();
    void account.load();
  };
  useEffect(() => {
    reload();
    return () => {
      for (const work of [account.listing, account.reading, account.changing]) work.stop();
    };
  }, [account]);
  const mailboxes = account.mailboxes.value ?? [];
  const choice = {
    mailboxes,
    current: account.mailbox.value,
    onChoose: (name: string) => void account.choose(name),
  };
  const isFirst = account.listing.state.value === 'running' && account.mailboxes.value === undefined;
  return (
    <div class="imap">
      <div class="row imap-bar">
        <MailboxChoice {...choice} />
        <Button onClick={reload}>Load again</Button>
        <Watch account={account} tab={tab} timeoutMs={access.limits.maxTimeoutMs ?? WATCH_MS} />
        {!account.mayWrite && <span class="badge">read only</span>}
      </div>
      {isFirst && <Progress label="Listing the mailboxes" onStop={() => account.listing.stop()} />}
      <AccountProblem error={account.listing.error.value} onReload={reload} onRetry={reload} />
      <div class={`imap-columns ${account.uid.value > 0 ? 'has-message' : ''}`}>
        <MailboxTree {...choice} />
        <section class="imap-list" aria-label="Messages">
          <SearchForm account={account} />
          <MessageList account={account} />
        </section>
        <section class="imap-message scroll" aria-label="Open message" tabIndex={0}>
          <MessageView account={account} />
        </section>
      </div>
    </div>
  );
}
