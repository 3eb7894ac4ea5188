// Says whether new mail is watched for, and lets a person change it.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import { useWork } from '../../browser/hooks.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Check } from '../../ui/controls/text-field.tsx';
import { announce } from '../../ui/feedback/announce.tsx';
import { wordsOf } from '../../ui/feedback/words.ts';
import type { Account } from './account/account.ts';
import { watchMailbox } from './account/watching.ts';
import { plainLine, shortName } from './messages/summary.ts';

interface WatchProps {
  readonly account: Account;
  readonly tab: Tab;
  /** Of one request, at most: the gateway's cap. */
  readonly timeoutMs: number;
}

/** Watches while it is wanted. */
export function Watch({ account, tab, timeoutMs }: WatchProps) {
  const work = useWork();
  const isWanted = draft(tab, 'isWatched', true);
  const isOpen = useSignal(false);
  const mailbox = account.mailbox.value;
  const start = () =>
    work.run((signal) =>
      watchMailbox(account.caller, {
        mailbox,
        timeoutMs,
        signal,
        onOpen: () => {
          isOpen.value = true;
        },
        onMail: (message) => {
          account.addMail(message);
          announce(
            `New mail from ${shortName(message.envelope?.from[0])}: ${plainLine(message.envelope?.subject ?? '', 80)}`,
          );
          void account.loadMailboxes();
        },
        onChanged: () => {
          void account.load(true);
          void account.loadMailboxes();
        },
      }),
    );
  useEffect(() => {
    isOpen.value = false;
    if (isWanted.value) void start();
    return () => work.stop();
  }, [mailbox, isWanted.value]);
  const failure = work.error.value;
  const isLive = isWanted.value && isOpen.value && failure === undefined;
  return (
    <div class="row imap-watch">
      <Check label="Watch for new mail" value={isWanted} />
      {isLive && <span class="badge ok">watching</span>}
      {isWanted.value && failure !== undefined && (
        <>
          <span class="badge warn" title={wordsOf(failure).detail}>
            not watching: {plainLine(wordsOf(failure).detail, 120)}
          </span>
          <Button onClick={() => void start()}>Watch again</Button>
        </>
      )}
    </div>
  );
}
