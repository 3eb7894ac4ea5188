// The account's mailboxes as a tree by their delimiter: the inbox first, those with a use next, then by name.
import type { Output } from '@fairlead/sdk';

/** A mailbox, as the gateway lists it. */
export type Mailbox = Output<'imapList'>['mailboxes'][number];

/** One line of the tree. */
export interface TreeRow {
  /** Whole; the levels above of a mailbox that does not exist itself have one, too. */
  readonly name: string;
  /** The last level. */
  readonly label: string;
  /** From 0. */
  readonly depth: number;
  /** Undefined for a level that is no mailbox. */
  readonly mailbox: Mailbox | undefined;
}

interface Node {
  readonly name: string;
  readonly label: string;
  mailbox: Mailbox | undefined;
  readonly children: Map<string, Node>;
}

const USES = ['drafts', 'sent', 'flagged', 'important', 'archive', 'all', 'junk', 'trash'];

/** The lines, from top to bottom. */
export function treeRows(mailboxes: readonly Mailbox[]): readonly TreeRow[] {
  const root: Node = { name: '', label: '', mailbox: undefined, children: new Map() };
  for (const mailbox of mailboxes) place(root, mailbox);
  const rows: TreeRow[] = [];
  addRows(root, 0, rows);
  return rows;
}

/** Whether a name is that of the inbox, which has no case. */
function isInbox(name: string): boolean {
  return name.toUpperCase() === 'INBOX';
}

function place(root: Node, mailbox: Mailbox): void {
  const { name, delimiter } = mailbox;
  const levels = delimiter === undefined || delimiter === '' ? [name] : name.split(delimiter);
  let node = root;
  levels.forEach((label, i) => {
    const whole = levels.slice(0, i + 1).join(delimiter);
    const child = node.children.get(label) ?? { name: whole, label, mailbox: undefined, children: new Map() };
    node.children.set(label, child);
    node = child;
  });
  node.mailbox = mailbox;
}

function addRows({ children }: Node, depth: number, rows: TreeRow[]): void {
  for (const child of [...children.values()].sort(byRank)) {
    const { name, label, mailbox } = child;
    rows.push({ name, label, depth, mailbox });
    addRows(child, depth + 1, rows);
  }
}

function byRank(one: Node, other: Node): number {
  return rankOf(one) - rankOf(other) || one.label.localeCompare(other.label);
}

function rankOf({ name, mailbox }: Node): number {
  if (isInbox(name)) return -1;
  const use = USES.indexOf(mailbox?.specialUse ?? '');
  return use < 0 ? USES.length : use;
}
