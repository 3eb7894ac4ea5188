// The messages of a mailbox as far as they are known, newest first. Values only.
import type { Message } from '../messages/summary.ts';

/** What is known of a mailbox's messages. */
export interface Listing {
  readonly uidValidity: number;
  /** Newest first; each has its message below, unless that is gone. */
  readonly uids: readonly number[];
  readonly messages: ReadonlyMap<number, Message>;
  /** All that meet the search, those that are not known yet among them. */
  readonly count: number;
  /** Where the next page begins; undefined where all are known. */
  readonly next: number | undefined;
}

/** A page of UIDs with their messages. */
export interface Page {
  readonly uidValidity: number;
  readonly uids: readonly number[];
  readonly messages: readonly Message[];
  /** Of all matches on this page and behind it. */
  readonly count: number;
  readonly next: number | undefined;
}

/** A listing that begins with a page, or goes on with one. */
export function withPage(listing: Listing | undefined, page: Page): Listing {
  const known = listing?.uidValidity === page.uidValidity ? listing : undefined;
  const messages = new Map(known?.messages);
  for (const message of page.messages) messages.set(message.uid, message);
  const listed = new Set(known?.uids);
  // Messages that went between the search and the fetch are left out.
  const fresh = page.uids.filter((uid) => messages.has(uid) && !listed.has(uid));
  const uids = [...(known?.uids ?? []), ...fresh];
  return {
    uidValidity: page.uidValidity,
    uids,
    messages,
    count: (known?.uids.length ?? 0) + page.count - (page.uids.length - fresh.length),
    next: page.next,
  };
}

/** The first page anew, with what is known of older messages: where they were scrolled to stays. */
export function withFirstPage(listing: Listing, page: Page): Listing {
  const fresh = withPage(undefined, page);
  const older = listing.uids.filter((uid) => page.next !== undefined && uid < page.next);
  if (listing.uidValidity !== page.uidValidity || older.length === 0) return fresh;
  return {
    ...fresh,
    uids: [...fresh.uids, ...older],
    messages: new Map([...listing.messages, ...fresh.messages]),
    next: listing.next,
  };
}

/** With new mail at the top. A message that is known is told anew. */
export function withMail(listing: Listing, message: Message): Listing {
  const isKnown = listing.uids.includes(message.uid);
  const messages = new Map(listing.messages).set(message.uid, message);
  if (isKnown) return { ...listing, messages };
  return { ...listing, messages, uids: [message.uid, ...listing.uids], count: listing.count + 1 };
}

/** With a message changed; nothing where it is not known. */
export function withChange(listing: Listing, uid: number, change: (message: Message) => Message): Listing {
  const message = listing.messages.get(uid);
  if (message === undefined) return listing;
  return { ...listing, messages: new Map(listing.messages).set(uid, change(message)) };
}

/** Without a message. */
export function without(listing: Listing, uid: number): Listing {
  if (!listing.messages.has(uid)) return listing;
  const messages = new Map(listing.messages);
  messages.delete(uid);
  const uids = listing.uids.filter((one) => one !== uid);
  return { ...listing, messages, uids, count: listing.count - 1 };
}

/** The message beside one: the next older, else the next newer. Where to go when it is gone. */
export function neighbourOf({ uids }: Listing, uid: number): number | undefined {
  const at = uids.indexOf(uid);
  return at < 0 ? undefined : (uids[at + 1] ?? uids[at - 1]);
}
