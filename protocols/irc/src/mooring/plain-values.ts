// What crosses RPC and is no plain value in the client: messages, whose tags are decoded late, and channels, which change.
import type { Answer } from '../session/outgoing/pending-requests.ts';
import type { Channel, IrcEvent, Message } from '../types.ts';
import type { PlainChannel } from './types.ts';

function plainMessage({ tags, rawTags, source, command, params }: Message): Message {
  return { tags: { ...tags }, rawTags, source, command, params };
}

/** An event, with all that stands in it. */
export function plainEvent(event: IrcEvent): IrcEvent {
  const message = plainMessage(event.message);
  if (event.type !== 'batch') return { ...event, message };
  return { ...event, message, events: event.events.map(plainEvent) };
}

/** The answer to a command. */
export function plainAnswer({ messages, events }: Answer): Answer {
  return { messages: messages.map(plainMessage), events: events.map(plainEvent) };
}

/** A channel as it is now. */
export function plainChannel({ name, topic, members, modes, complete }: Channel): PlainChannel {
  const copies = [...members].map(([key, { user, modes }]) => [key, { user: { ...user }, modes }] as const);
  return { name, topic, complete, modes: new Map(modes), members: new Map(copies) };
}
