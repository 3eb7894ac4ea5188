// What a page is to the frame, and the frame to a page.
import type { FunctionComponent } from 'preact';
import type { Tab } from '../app/tabs/tab.ts';
import type { Access, ConnectionAccess } from '../session/access.ts';
import type { Caller } from '../session/calls/caller.ts';

/** What a page gets. */
export interface PageProps {
  readonly tab: Tab;
  readonly access: Access;
  /** The tab's connection; undefined for pages that need none. */
  readonly connection: ConnectionAccess | undefined;
  /** Makes the page's requests; they can be copied from the tab's foot. */
  readonly caller: Caller;
}

/** A kind of page. Its code is loaded when the first tab of it opens. */
export interface PageKind {
  /** In tabs that are kept: never renamed. */
  readonly id: string;
  /** In the tab and in the palette: `SQL`. */
  readonly title: string;
  /** What one does there, in a few words. */
  readonly about: string;
  /** The part of the sidebar: connections, or what needs none. */
  readonly place: 'connection' | 'tool';
  /** Further words by which the palette finds it. */
  readonly words?: string;
  /** Whether the token may use the page, with the connection where it has one. */
  readonly accepts: (access: Access, connection: ConnectionAccess | undefined) => boolean;
  readonly load: () => Promise<{ readonly Page: FunctionComponent<PageProps> }>;
}
