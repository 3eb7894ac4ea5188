// What belongs to the types of channels and to the names of requests (RFC 4254 sections 6 and 7, OpenSSH's PROTOCOL).
import { protocolError } from '../../errors.ts';
import { SshReader } from '../ssh-reader.ts';
import type { Body } from './encode.ts';

/** An address, and who connected to it: `direct-tcpip` and `forwarded-tcpip` (section 7.2). */
export interface ForwardedAddress {
  readonly hostname: string;
  readonly port: number;
  readonly originHostname: string;
  readonly originPort: number;
}

/** `direct-tcpip`. */
export function directTcpip({ hostname, port, originHostname, originPort }: ForwardedAddress): Body {
  return (writer) => {
    writer.string(hostname);
    writer.u32(port);
    writer.string(originHostname);
    writer.u32(originPort);
  };
}

/** Reads the body of `forwarded-tcpip`. @throws FairleadError `protocol`. */
export function readForwardedTcpip(body: Uint8Array): ForwardedAddress {
  const reader = new SshReader(body);
  const address = {
    hostname: reader.name(),
    port: reader.u32(),
    originHostname: reader.name(),
    originPort: reader.u32(),
  };
  reader.end();
  return address;
}

/** `direct-streamlocal@openssh.com` (PROTOCOL section 2.4): the path, and two fields that are reserved. */
export function directStreamlocal(path: string): Body {
  return (writer) => {
    writer.string(path);
    writer.string('');
    writer.u32(0);
  };
}

/** `tcpip-forward` and `cancel-tcpip-forward` (section 7.1). */
export function listenAddress(hostname: string, port: number): Body {
  return (writer) => {
    writer.string(hostname);
    writer.u32(port);
  };
}

/** Reads the port out of the reply to a `tcpip-forward` with port 0. @throws FairleadError `protocol`. */
export function readChosenPort(body: Uint8Array): number {
  const reader = new SshReader(body);
  const port = reader.u32();
  if (port < 1 || port > 65_535) throw protocolError(`The server listens on port ${port}`);
  return port;
}

/** `env` (section 6.4). */
export function environmentVariable(name: string, value: string): Body {
  return (writer) => {
    writer.string(name);
    writer.string(value);
  };
}

/** One text: the command of `exec`, the name of `subsystem` and of `signal` (sections 6.5 and 6.9). */
export function oneText(text: string): Body {
  return (writer) => writer.string(text);
}

/** `window-change` (section 6.7): characters; pixels are not known. */
export function windowSize(columns: number, rows: number): Body {
  return (writer) => {
    writer.u32(columns);
    writer.u32(rows);
    writer.u32(0);
    writer.u32(0);
  };
}

/** `pty-req` (section 6.2). @param modes Opcodes with their arguments. */
export function terminal(
  term: string,
  columns: number,
  rows: number,
  modes: readonly (readonly [opcode: number, argument: number])[],
): Body {
  return (writer) => {
    writer.string(term);
    windowSize(columns, rows)(writer);
    writer.u32(modes.length * 5 + 1);
    for (const [opcode, argument] of modes) {
      writer.u8(opcode);
      writer.u32(argument);
    }
    // TTY_OP_END
    writer.u8(0);
  };
}
