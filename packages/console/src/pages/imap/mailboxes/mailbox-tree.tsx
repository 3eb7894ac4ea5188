// The mailboxes to choose from: a tree beside the messages, or one field above them where there is little room.
import { useId } from 'preact/hooks';
import { formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { type Mailbox, type TreeRow, treeRows } from './tree.ts';

interface MailboxTreeProps {
  readonly mailboxes: readonly Mailbox[];
  /** The one that is looked at. */
  readonly current: string;
  readonly onChoose: (name: string) => void;
}

/** The tree. */
export function MailboxTree({ mailboxes, current, onChoose }: MailboxTreeProps) {
  return (
    <nav class="imap-tree scroll" aria-label="Mailboxes">
      <ul>
        {treeRows(mailboxes).map((row) => (
          <li key={row.name} style={{ paddingLeft: `${Math.min(row.depth, 8) * 0.9}rem` }}>
            <Entry row={row} isCurrent={row.name === current} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly row: TreeRow;
  readonly isCurrent: boolean;
  readonly onChoose: (name: string) => void;
}

function Entry({ row, isCurrent, onChoose }: EntryProps) {
  const { name, label, mailbox } = row;
  if (mailbox?.isSelectable !== true) return <span class="imap-level muted">{visibleText(label)}</span>;
  const { messages = 0, unseen = 0 } = mailbox.status ?? {};
  return (
    <button
      type="button"
      class={`imap-mailbox ${unseen > 0 ? 'unseen' : ''}`}
      aria-current={isCurrent ? 'page' : undefined}
      title={`${visibleText(name)}: ${formatCount(messages)} messages, ${formatCount(unseen)} unread`}
      onClick={() => onChoose(name)}
    >
      <bdi class="imap-label">{visibleText(label)}</bdi>
      {mailbox.specialUse !== undefined && mailbox.specialUse !== label.toLowerCase() && (
        <span class="badge">{mailbox.specialUse}</span>
      )}
      <span class="imap-count">
        {unseen > 0 ? formatCount(unseen) : ''}
        <span class="visually-hidden">{unseen > 0 ? ' unread' : ''}</span>
      </span>
    </button>
  );
}

/** The same as one field. */
export function MailboxChoice({ mailboxes, current, onChoose }: MailboxTreeProps) {
  const id = useId();
  const rows = treeRows(mailboxes);
  return (
    <div class="imap-choice">
      <label for={id}>Mailbox</label>
      <select id={id} value={current} onChange={(event) => onChoose(event.currentTarget.value)}>
        {rows.every(({ name }) => name !== current) && (
          <option value={current}>{visibleText(current)}</option>
        )}
        {rows.map(({ name, label, depth, mailbox }) => (
          <option key={name} value={name} disabled={mailbox?.isSelectable !== true}>
            {`${'\u2003'.repeat(depth)}${visibleText(label)}${unreadOf(mailbox)}`}
          </option>
        ))}
      </select>
    </div>
  );
}

function unreadOf(mailbox: Mailbox | undefined): string {
  const unseen = mailbox?.status?.unseen ?? 0;
  return unseen > 0 ? ` (${formatCount(unseen)} unread)` : '';
}
