// Does what was typed. What fails is said in the conversation, and thrown no further.
import type { Conversation } from '../chat/conversation.ts';
import type { ChannelJson } from '../chat/events.ts';
import { isChannel } from '../chat/names.ts';
import type { IrcSession } from '../session/irc-session.ts';
import { type Action, HELP } from './parse.ts';
import { whoisWords } from './whois-words.ts';

/** Runs an action. @returns Whether it was done. */
export async function run(session: IrcSession, action: Action): Promise<boolean> {
  const place = session.chat.looked;
  try {
    await perform(session, action, place);
    return true;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    session.chat.note(place, words, 'problem');
    return false;
  } finally {
    session.redraw();
  }
}

async function perform(session: IrcSession, action: Action, place: Conversation): Promise<void> {
  const { chat } = session;
  switch (action.do) {
    case 'say':
    case 'action':
      return say(session, action);
    case 'join': {
      const key = action.key === '' ? {} : { key: action.key };
      const { channel } = await session.ask({ command: 'join', channel: action.channel, ...key });
      chat.show(chat.setChannel(channel as ChannelJson).name);
      return;
    }
    case 'part': {
      const reason = action.reason === '' ? {} : { reason: action.reason };
      await session.ask({ command: 'part', channel: action.channel, ...reason });
      return;
    }
    case 'open':
      chat.show(action.name);
      return;
    case 'nick':
      await session.ask({ command: 'nick', nick: action.nick });
      session.keepNick(action.nick);
      return;
    case 'topic':
      if (action.topic === '') chat.note(place, topicOf(session, action.channel));
      else await session.ask({ command: 'topic', channel: action.channel, topic: action.topic });
      return;
    case 'whois':
      return whois(session, action.nick, place);
    case 'quit':
      if (action.reason !== '')
        await session
          .ask({ command: 'request', name: 'QUIT', params: [action.reason] })
          // The server answers with the end of the connection.
          .catch(() => undefined);
      session.stop();
      return;
    case 'help':
      chat.note(place, HELP);
      return;
    case 'refuse':
      throw new Error(action.words);
  }
}

interface Sent {
  readonly text: string;
  readonly id?: string;
  readonly time?: number;
}

async function say(
  session: IrcSession,
  { do: kind, target, text }: Extract<Action, { do: 'say' | 'action' }>,
): Promise<void> {
  const { chat } = session;
  const { sent } = await session.ask({ command: kind, target, text, lines: 'split' });
  const isEchoed = chat.capabilities.has('echo-message');
  for (const piece of sent as readonly Sent[]) {
    // A server that echoes without ids tells it by an event.
    if (piece.id === undefined && isEchoed) continue;
    chat.take({
      event: 'message',
      kind: kind === 'say' ? 'privmsg' : 'action',
      target,
      text: piece.text,
      time: piece.time ?? Date.now(),
      from: { nick: chat.nick, user: '', host: '' },
      self: true,
      ...(piece.id === undefined ? {} : { tags: { msgid: piece.id } }),
    });
  }
  if (!isChannel(target)) chat.show(target);
}

function topicOf({ chat }: IrcSession, channel: string): string {
  const { topic } = chat.open(channel);
  return topic === '' ? 'No topic is set.' : `Topic: ${topic}`;
}

async function whois(session: IrcSession, nick: string, place: Conversation): Promise<void> {
  const { whois: found } = await session.ask({ command: 'whois', nick });
  if (found === null) {
    session.chat.note(place, `Nobody is called ${nick}.`);
    return;
  }
  session.chat.note(place, whoisWords(found as object));
}
