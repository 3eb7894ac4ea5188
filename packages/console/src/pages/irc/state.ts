// What the parts of the page share: the session, and what was typed.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import type { Caller } from '../../session/calls/caller.ts';
import { fold } from './chat/names.ts';
import { IrcSession } from './session/irc-session.ts';

/** The page's state; it lives as long as the page. */
export interface IrcState {
  readonly session: IrcSession;
  /** As typed; empty for the connection's own. */
  readonly nick: Signal<string>;
  /** As typed, apart by commas or spaces; later those that one is in. */
  readonly channels: Signal<string>;
  /** A channel or a nick to open. */
  readonly opening: Signal<string>;
  /** What is typed in a conversation. @param name Of the conversation. */
  readonly input: (name: string) => Signal<string>;
}

/** Makes it, with what was typed before a reload. */
export function makeState(tab: Tab, caller: Caller): IrcState {
  const channels = draft(tab, 'channels', '');
  const keep = (names: readonly string[]) => {
    channels.value = names.join(', ');
  };
  return {
    session: new IrcSession(caller, keep),
    nick: draft(tab, 'nick', ''),
    channels,
    opening: draft(tab, 'opening', ''),
    input: (name) => draft(tab, `input:${fold(name)}`, ''),
  };
}
