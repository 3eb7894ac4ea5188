// A small honest server of the connection protocol for tests, written apart from the client's channels: sessions, forwards and
// global requests, with windows.
import { type Deferred, deferred } from '@fairlead/client';
import { SendWindow } from '../../src/session/windows.ts';
import {
  adjustMessage,
  type Body,
  bareMessage,
  confirmationMessage,
  dataMessage,
  refusalMessage,
  requestFailureMessage,
  requestMessage,
} from '../../src/wire/channels/encode.ts';
import type {
  ChannelMessage,
  ChannelRequest,
  ConnectionMessage,
  OpenRequest,
} from '../../src/wire/channels/messages.ts';
import * as CONNECTION from '../../src/wire/numbers/connection.ts';

/** What the server stands on. */
export interface ServerStream {
  send(payload: Uint8Array): Promise<void>;
  next(): Promise<ChannelMessage | ConnectionMessage | undefined>;
}

/** What it does. */
export interface ServerBehaviour {
  /** Serves an open channel; a refusal is a reason of RFC 4254 section 5.1. Called before the confirmation. */
  open(request: OpenRequest, channel: ServerChannel): number | undefined | Promise<number | undefined>;
  /** Answers a request on a channel; what comes behind it waits. */
  request?(request: ChannelRequest, channel: ServerChannel): boolean | Promise<boolean>;
  /** The reply's body; undefined refuses. */
  global?(name: string, body: Uint8Array): Uint8Array | undefined;
  /** Default 64 KiB. */
  readonly window?: number;
}

/** The server's side of a channel. */
export class ServerChannel {
  readonly id: number;
  readonly closed: Promise<void>;
  readonly #stream: ServerStream;
  readonly #remote: number;
  readonly #closed: Deferred<void> = deferred();
  readonly #window = new SendWindow();
  readonly #input: Uint8Array[] = [];
  #inputEnded = false;
  #wake: Deferred<void> = deferred();
  #closeSent = false;

  constructor(id: number, { remote, window, maxPacket }: OpenRequest, stream: ServerStream) {
    this.id = id;
    this.#remote = remote;
    this.#stream = stream;
    this.#window.begin(window, maxPacket);
    this.closed = this.#closed.promise;
  }

  /** The next input; undefined at its end. */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#input.length === 0 && !this.#inputEnded) await this.#wake.promise;
    const bytes = this.#input.shift();
    if (bytes !== undefined) void this.send((remote) => adjustMessage(remote, bytes.length));
    return bytes;
  }

  async readText(): Promise<string> {
    let text = '';
    for (let bytes = await this.read(); bytes !== undefined; bytes = await this.read()) {
      text += new TextDecoder().decode(bytes);
    }
    return text;
  }

  /** Waits for the client's window. */
  async write(bytes: Uint8Array | string): Promise<void> {
    const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    for (let at = 0; at < data.length && !this.#closeSent; ) {
      const length = this.#window.take(data.length - at);
      if (length === 0) await this.#wake.promise;
      else await this.#stream.send(dataMessage(this.#remote, data.subarray(at, at + length)));
      at += length;
    }
  }

  /** Sends a payload about this channel, unless CLOSE was sent. May be left unawaited. */
  send(make: (remote: number) => Uint8Array): Promise<void> {
    return this.#closeSent ? Promise.resolve() : this.#stream.send(make(this.#remote));
  }

  tell(name: string, body?: Body): Promise<void> {
    return this.send((remote) => requestMessage(remote, name, false, body));
  }

  exit(code: number): Promise<void> {
    return this.tell('exit-status', (writer) => writer.u32(code));
  }

  eof(): Promise<void> {
    return this.send((remote) => bareMessage(CONNECTION.CHANNEL_EOF, remote));
  }

  close(): Promise<void> {
    const sent = this.send((remote) => bareMessage(CONNECTION.CHANNEL_CLOSE, remote));
    this.#closeSent = true;
    return sent;
  }

  /** A message came. @returns Whether the channel has ended. */
  take(message: ChannelMessage): boolean {
    if (message.kind === 'data') this.#input.push(message.data);
    else if (message.kind === 'window adjust') this.#window.grow(message.bytes);
    else if (message.kind === 'EOF' || message.kind === 'CLOSE') this.#inputEnded = true;
    const woken = this.#wake;
    this.#wake = deferred();
    woken.resolve();
    if (message.kind !== 'CLOSE') return false;
    void this.close();
    this.#closed.resolve();
    return true;
  }
}

/** Serves one client until it says goodbye. */
export async function serveConnection(stream: ServerStream, behaviour: ServerBehaviour): Promise<void> {
  const channels = new Map<number, ServerChannel>();
  let nextId = 100;
  const { window = 65_536 } = behaviour;
  for (let message = await stream.next(); message !== undefined; message = await stream.next()) {
    if (message.kind === 'open') {
      const request = message;
      const channel = new ServerChannel(nextId++, request, stream);
      // Dialling may take its time; other channels go on meanwhile.
      void Promise.resolve(behaviour.open(request, channel)).then((reason) => {
        if (reason !== undefined) void stream.send(refusalMessage(request.remote, reason, 'refused here'));
        else {
          channels.set(channel.id, channel);
          void stream.send(confirmationMessage(request.remote, channel.id, window, 32_768));
        }
      });
    } else if (message.kind === 'global request') {
      const reply = behaviour.global?.(message.name, message.body);
      await stream.send(
        reply === undefined ? requestFailureMessage() : Uint8Array.of(CONNECTION.REQUEST_SUCCESS, ...reply),
      );
    } else if ('channel' in message) {
      const channel = channels.get(message.channel);
      if (channel === undefined)
        throw new Error(`${message.kind} for channel ${message.channel}, which is not open`);
      if (message.kind === 'request') await answer(message, channel, behaviour);
      else if (channel.take(message)) channels.delete(channel.id);
    }
  }
}

async function answer(
  request: ChannelRequest,
  channel: ServerChannel,
  behaviour: ServerBehaviour,
): Promise<void> {
  const done = (await behaviour.request?.(request, channel)) ?? false;
  const number = done ? CONNECTION.CHANNEL_SUCCESS : CONNECTION.CHANNEL_FAILURE;
  if (request.wantReply) await channel.send((remote) => bareMessage(number, remote));
}
