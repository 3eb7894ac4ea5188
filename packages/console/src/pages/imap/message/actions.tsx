// What can be done with a message. Only those see it whose token may write.
import { useSignal } from '@preact/signals';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import type { Account } from '../account/account.ts';
import { hasFlag, type Message, plainLine } from '../messages/summary.ts';

interface ActionsProps {
  readonly account: Account;
  readonly message: Message;
}

/** The buttons. */
export function Actions({ account, message }: ActionsProps) {
  const { uid } = message;
  const isSeen = hasFlag(message, '\\Seen');
  const isFlagged = hasFlag(message, '\\Flagged');
  const set = (flag: string, isOn: boolean, words: string) =>
    void account.setFlag(uid, flag, isOn).then((done) => done && announce(words));
  return (
    <div class="row imap-actions" role="group" aria-label="Change the message">
      <Button onClick={() => set('\\Seen', !isSeen, isSeen ? 'Marked as unread' : 'Marked as read')}>
        {isSeen ? 'Mark as unread' : 'Mark as read'}
      </Button>
      <Button
        isPressed={isFlagged}
        onClick={() => set('\\Flagged', !isFlagged, isFlagged ? 'Flag taken off' : 'Flagged')}
      >
        ★ Flag
      </Button>
      <Move account={account} uid={uid} />
      <Button onClick={() => void remove(account, message)}>Delete</Button>
    </div>
  );
}

function Move({ account, uid }: { readonly account: Account; readonly uid: number }) {
  const to = useSignal('');
  const names = (account.mailboxes.value ?? [])
    .filter(({ name, isSelectable }) => isSelectable && name !== account.mailbox.value)
    .map(({ name }) => name);
  const go = (isCopy: boolean) => {
    const name = to.peek();
    void account
      .move(uid, name, isCopy)
      .then((done) => done && announce(`${isCopy ? 'Copied' : 'Moved'} to ${visibleText(name)}`));
  };
  return (
    <>
      <select
        aria-label="Other mailbox"
        class="imap-other"
        value={to.value}
        onChange={(event) => {
          to.value = event.currentTarget.value;
        }}
      >
        <option value="">Move or copy to …</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {visibleText(name)}
          </option>
        ))}
      </select>
      {to.value !== '' && (
        <>
          <Button onClick={() => go(false)}>Move</Button>
          <Button onClick={() => go(true)}>Copy</Button>
        </>
      )}
    </>
  );
}

/** Into the trash where there is one; for good where there is none, or from it. Asks before either. */
async function remove(account: Account, message: Message): Promise<void> {
  const trash = account.mailboxes.peek()?.find(({ specialUse }) => specialUse === 'trash')?.name;
  const isForGood = trash === undefined || trash === account.mailbox.peek();
  const subject = plainLine(message.envelope?.subject ?? '', 100) || '(no subject)';
  const isYes = await confirm({
    title: isForGood ? 'Delete the message for good?' : 'Delete the message?',
    body: isForGood
      ? `“${subject}” is gone then, and nobody can bring it back.`
      : `“${subject}” moves to ${visibleText(trash)}.`,
    verb: isForGood ? 'Delete for good' : 'Delete',
    isDanger: true,
  });
  if (!isYes || !(await account.delete(message.uid, isForGood))) return;
  announce(isForGood ? 'Deleted for good' : `Moved to ${visibleText(trash)}`);
}
