// What of irc-framework is used here: it has no types of its own.
declare module 'irc-framework' {
  export function ircLineParser(line: string): {
    readonly tags: Readonly<Record<string, string>>;
    readonly hostname: string;
    readonly params: readonly string[];
  };

  export class Client {
    constructor(options: Readonly<Record<string, unknown>>);
    on(event: 'motd', listener: () => void): void;
    connect(): void;
    quit(): void;
  }
}

declare module 'irc-framework/src/transports/net.js' {
  export default class Connection {
    incoming_buffer: Uint8Array;
    on(event: 'line', listener: (line: string) => void): void;
    onSocketData(data: Uint8Array): void;
  }
}
