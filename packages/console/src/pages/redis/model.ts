// What the parts of the page share: its commands, the keys that were found, what was typed, what the token may do.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import { may } from '../../session/access.ts';
import type { PageProps } from '../contract.ts';
import { KeyFactsCache } from './keys/key-facts.ts';
import { KeyScan } from './keys/key-scan.ts';
import { Transcript } from './line/transcript.ts';
import { Live } from './live/live.ts';
import { type Argument, fromId, idOf } from './wire/argument.ts';
import { Redis } from './wire/redis.ts';

/** Drafts that concern the key that is looked at: its pattern, its opened part, its next name and time to live. */
const OF_ONE_KEY = ['match', 'row', 'rename', 'life'];

/** What the page holds while it is open. */
export class RedisModel {
  readonly tab: Tab;
  readonly redis: Redis;
  readonly scan: KeyScan;
  readonly facts: KeyFactsCache;
  readonly transcript: Transcript;
  readonly live: Live;
  /** Of the token, for the connection. */
  readonly canWrite: boolean;
  readonly isAdmin: boolean;
  readonly connection: string;
  /** The identifier of the key that is looked at; `` for none. */
  readonly selected: Signal<string>;
  /** Whether the form for a new key is open. */
  readonly isMaking: Signal<boolean>;

  constructor({ tab, caller, connection }: PageProps) {
    this.tab = tab;
    this.redis = new Redis(caller);
    this.scan = new KeyScan(this.redis);
    this.facts = new KeyFactsCache(this.redis);
    this.transcript = new Transcript(this.redis);
    this.live = new Live(caller);
    this.isAdmin = connection !== undefined && may(connection, 'redis', 'admin');
    this.canWrite = this.isAdmin || (connection !== undefined && may(connection, 'redis', 'write'));
    this.connection = connection?.name ?? '';
    this.selected = draft(tab, 'key', '');
    this.isMaking = draft(tab, 'making', false);
  }

  /** Looks at a key. What was typed for the one before is not meant for this one. */
  select(key: Argument): void {
    this.isMaking.value = false;
    const id = idOf(key);
    if (id === this.selected.peek()) return;
    for (const name of OF_ONE_KEY) draft(this.tab, name, '').value = '';
    this.selected.value = id;
  }

  /** The key that is looked at. */
  get key(): Argument | undefined {
    return this.selected.value === '' ? undefined : fromId(this.selected.value);
  }

  /** Ends what runs. */
  close(): void {
    this.scan.work.stop();
    this.transcript.work.stop();
    this.live.close();
  }
}
