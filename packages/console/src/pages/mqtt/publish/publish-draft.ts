// What is typed to be published; it survives a reload, but for a chosen file.
import { type Signal, signal } from '@preact/signals';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import type { Qos } from '../subscribe/subscription.ts';

/** How a payload is given. */
export type PayloadKind = 'text' | 'json' | 'hex' | 'file';

/** The fields of the form. */
export interface PublishDraft {
  readonly topic: Signal<string>;
  readonly kind: Signal<PayloadKind>;
  readonly payload: Signal<string>;
  readonly file: Signal<File | undefined>;
  readonly qos: Signal<Qos>;
  readonly retain: Signal<boolean>;
  /** Whether receivers are told that the payload is UTF-8 (payload format indicator). */
  readonly payloadIsText: Signal<boolean>;
  readonly contentType: Signal<string>;
  readonly responseTopic: Signal<string>;
  /** Text that becomes the correlation data. */
  readonly correlation: Signal<string>;
  /** Seconds; empty for no end. */
  readonly expiry: Signal<string>;
  /** A line for each: `name: value`. */
  readonly userProperties: Signal<string>;
}

/** The draft of a tab. */
export function publishDraft(tab: Tab): PublishDraft {
  return {
    topic: draft(tab, 'publish.topic', ''),
    kind: draft<PayloadKind>(tab, 'publish.kind', 'text'),
    payload: draft(tab, 'publish.payload', ''),
    file: signal<File | undefined>(undefined),
    qos: draft<Qos>(tab, 'publish.qos', '1'),
    retain: draft(tab, 'publish.retain', false),
    payloadIsText: draft(tab, 'publish.payloadIsText', false),
    contentType: draft(tab, 'publish.contentType', ''),
    responseTopic: draft(tab, 'publish.responseTopic', ''),
    correlation: draft(tab, 'publish.correlation', ''),
    expiry: draft(tab, 'publish.expiry', ''),
    userProperties: draft(tab, 'publish.userProperties', ''),
  };
}
