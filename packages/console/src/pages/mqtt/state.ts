// What the parts of the page share: the feed, and what the person has typed, opened and chosen.
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import type { Caller } from '../../session/calls/caller.ts';
import { Feed } from './feed/feed.ts';
import type { Message } from './feed/message.ts';
import type { PayloadView } from './payload/payload-view.tsx';
import { type PublishDraft, publishDraft } from './publish/publish-draft.ts';
import type { Qos } from './subscribe/subscription.ts';

/** The parts of the right side. */
type Part = 'topic' | 'messages' | 'publish';

/** The page's state; it lives as long as the page. */
export interface MqttState {
  readonly caller: Caller;
  readonly feed: Feed;
  /** As typed: one or several. */
  readonly filters: Signal<string>;
  readonly qos: Signal<Qos>;
  /** Whether the broker is to keep a session. */
  readonly keepsSession: Signal<boolean>;
  /** The text that topics and messages must have. */
  readonly search: Signal<string>;
  readonly part: Signal<Part>;
  /** The topic that is looked at; empty for none. */
  readonly topic: Signal<string>;
  /** The message of the log that is looked at. */
  readonly message: Signal<Message | undefined>;
  readonly view: Signal<PayloadView>;
  /** Levels that were opened or closed, by topic. */
  readonly openness: Signal<ReadonlyMap<string, boolean>>;
  /** The tree's part of the page, in percent. */
  readonly share: Signal<number>;
  readonly publication: PublishDraft;
}

/** Makes it, with what was typed before a reload. */
export function makeState(tab: Tab, caller: Caller): MqttState {
  return {
    caller,
    feed: new Feed(caller),
    filters: draft(tab, 'filters', '#'),
    qos: draft<Qos>(tab, 'qos', '1'),
    keepsSession: draft(tab, 'session', false),
    search: draft(tab, 'search', ''),
    part: draft<Part>(tab, 'part', 'topic'),
    topic: draft(tab, 'topic', ''),
    message: signal<Message | undefined>(undefined),
    view: draft<PayloadView>(tab, 'view', 'auto'),
    openness: signal<ReadonlyMap<string, boolean>>(new Map()),
    share: draft(tab, 'share', 45),
    publication: publishDraft(tab),
  };
}
