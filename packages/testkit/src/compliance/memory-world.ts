// The world of the compliance suite without a network: puppets behind memory connectors, told apart by port.
import type { Connector } from '@fairlead/transport';
import { toBytes } from '../bytes.ts';
import { type MemoryConnectorOptions, type MemoryServer, memoryConnector } from '../memory/connector.ts';
import type { PuppetPorts } from '../puppet/ports.ts';
import { type Certificate, PuppetMemory, servePuppet } from '../puppet/puppet.ts';
import type { ComplianceWorld } from './world.ts';

const PORTS: PuppetPorts = {
  plain: 1001,
  tls: 1002,
  wrongName: 1003,
  expired: 1004,
  untrusted: 1005,
  banner: 1006,
  mute: 1007,
  endAtOnce: 1008,
  resetAtOnce: 1009,
  refused: 1010,
  unanswered: 1011,
};

/** The memory connector and a world of puppets for it. */
export function memoryWorld(): { connector: Connector; world: ComplianceWorld } {
  const memory = new PuppetMemory();
  let writes: number[] = [];
  const onPlatformWrite = (bytes: number): void => {
    writes.push(bytes);
  };
  const puppet = (options: MemoryConnectorOptions = {}): Connector =>
    memoryConnector((server) => servePuppet(puppetLine(server), memory), {
      ...options,
      allowHalfOpen: true,
      onPlatformWrite,
    });
  const hold = () => undefined;
  const connectors: Record<number, Connector> = {
    [PORTS.plain]: puppet(),
    [PORTS.tls]: puppet(),
    [PORTS.wrongName]: puppet({ tls: 'wrong-name' }),
    [PORTS.expired]: puppet({ tls: 'expired' }),
    [PORTS.untrusted]: puppet({ tls: 'untrusted' }),
    [PORTS.banner]: memoryConnector((server) => server.write(toBytes('220 no TLS here\r\n')), {
      tls: 'none',
    }),
    [PORTS.mute]: memoryConnector(hold, { tls: 'none' }),
    [PORTS.endAtOnce]: memoryConnector((server) => server.close(), { tls: 'none' }),
    [PORTS.resetAtOnce]: memoryConnector((server) => server.reset(), { tls: 'none' }),
    [PORTS.unanswered]: memoryConnector(hold, { dial: 'silent' }),
  };
  const refusing = memoryConnector(hold, { dial: 'refuse' });
  return {
    connector: (address, options) => (connectors[address.port] ?? refusing)(address, options),
    world: {
      hostname: '127.0.0.1',
      ports: PORTS,
      capabilities: {
        dns: 'memory resolves no names',
        unanswered: true,
        certificates: true,
        truncation: 'the mock TLS has no close_notify',
        platformWrites: true,
        resets: true,
        starttls: true,
        backpressure: true,
        halfClose: true,
      },
      platformWrites: () => {
        const seen = writes;
        writes = [];
        return seen;
      },
    },
  };
}

function puppetLine(server: MemoryServer) {
  return {
    read: () => server.read(),
    write: (bytes: Uint8Array) => server.write(bytes),
    end: () => server.end(),
    close: () => server.close(),
    reset: () => server.reset(),
    cut: () => server.end(),
    startTls: (certificate: Certificate) => {
      server.showCertificate(certificate);
      return server.startTls();
    },
  };
}
