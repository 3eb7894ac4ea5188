// The types of the parts of `mysql2` that this package uses, and that `scripts/bundle.ts` puts into one module. A contract
// test checks them against the pinned version.
import type { Buffer } from 'node:buffer';
import type { EventEmitter } from 'node:events';

/** One packet, within the buffer in which it came. Valid until the call that hands it over returns. */
export interface DriverPacket {
  buffer: Buffer;
  /** Where the header begins. */
  start: number;
  /** Where the payload begins; `end` is behind its last byte. */
  offset: number;
  end: number;
}

/** The command of the start-up (lib/commands/client_handshake.js). */
export interface ClientHandshake {
  /** MariaDB's capabilities that the client asks for. The driver adds its own once the greeting has come. */
  mariadbExtendedClientFlags: number;
  execute(packet: DriverPacket | undefined, connection: Connection): boolean;
  canUseAuthMethodDirectly(method: string, secure: boolean): boolean;
  calculateAuthToken(method: string, password: string | undefined, scramble: Buffer): Buffer;
}

/** An authentication method: the answer to each of the server's packets. */
export type AuthPlugin = (data: Buffer) => Buffer | null | Promise<Buffer | null>;

/** Makes an authentication method's state for one connection. */
export type AuthPluginFactory = (session: { connection: Connection; command: ClientHandshake }) => AuthPlugin;

/** The driver's options that are used (lib/connection_config.js). */
export interface ConnectionOptions {
  readonly stream: EventEmitter;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly ssl: Readonly<Record<string, never>> | undefined;
  readonly flags: readonly string[];
  readonly connectTimeout: number;
  readonly maxPreparedStatements: number;
  readonly disableEval: boolean;
  readonly enableCleartextPlugin: boolean;
  readonly multipleStatements: boolean;
  readonly connectAttributes: Readonly<Record<string, string>>;
}

/** The driver's checked options. */
export declare class ConnectionConfig {
  constructor(options: ConnectionOptions);
  readonly ssl: unknown;
}

/** The driver's connection (lib/base/connection.js): the handshake, the framing, and the queue of commands. */
export declare class Connection extends EventEmitter {
  constructor(options: { config: ConnectionConfig });
  readonly _command: ClientHandshake;
  readonly config: ConnectionConfig;
  readonly connectionId: number;
  readonly _mariadbExtendedMetadata: boolean;
  /** The number of the next packet, in either direction. */
  sequenceId: number;
  readonly packetParser: {
    execute(chunk: Buffer): void;
    /** Declared length of the packet that has not come whole. */
    readonly length: number;
    /** Packets of 16 MiB less one byte, which wait for the rest of their payload. */
    readonly largePacketParts: readonly unknown[];
  };
  /** Turns TLS on behind the SSLRequest. Replaced before the greeting arrives: the driver's own would not encrypt. */
  startTLS: (done: (error?: unknown) => void) => void;
  addCommand(command: object): object;
  /** Gets each packet; without one it starts the next command. */
  handlePacket: (packet?: DriverPacket) => void;
}

/** The driver's authentication methods by name (lib/commands/auth_switch.js). */
export declare const standardAuthPlugins: Record<string, AuthPluginFactory>;

/** The driver's version. */
export declare const version: string;
