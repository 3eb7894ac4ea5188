// Compliance: TLS, implicit and by startTls(). What lies inside TLS is plain puppetry again.
import type { ConnectOptions } from '@fairlead/transport';
import { expect } from 'vitest';
import { toBytes, toText } from '../bytes.ts';
import type { PuppetPorts } from '../puppet/ports.ts';
import { type Certificate, pattern } from '../puppet/puppet.ts';
import { pause } from '../script/steps.ts';
import {
  type ComplianceCase,
  expectHelpful,
  failure,
  inTime,
  type Lab,
  readAll,
  readText,
  rejection,
} from './harness.ts';

const SHORT_MS = 300;
const SOON_MS = 1_500;

const implicit: ComplianceCase = {
  name: 'implicit: verified, and bytes travel',
  async run(lab) {
    const transport = await lab.command('send 100000', { tls: 'implicit' });
    expect(transport.peer.tls).toBe(true);
    expect(await readAll(transport, 100_000)).toEqual(pattern(100_000));
  },
};

function badCertificate(what: string, port: keyof PuppetPorts): ComplianceCase {
  return {
    name: `implicit: a certificate that is ${what} is tls_failed`,
    needs: ['certificates'],
    async run(lab) {
      const error = await failure(lab.dial(port, { tls: 'implicit' }), 'tls_failed');
      expectHelpful(error, lab.world.hostname, lab.world.ports[port], 'implicit');
      expect(error.safeToRetry).toBe(true);
    },
  };
}

const notTls: ComplianceCase = {
  name: 'implicit: a peer that does not speak TLS is tls_failed',
  async run(lab) {
    const error = await failure(lab.dial('banner', { tls: 'implicit' }), 'tls_failed');
    expectHelpful(error, lab.world.hostname, lab.world.ports.banner, 'implicit');
  },
};

const endInHandshake: ComplianceCase = {
  name: 'implicit: a peer that hangs up on the ClientHello is tls_failed or connection_lost',
  async run(lab) {
    const error = await rejection(lab.dial('endAtOnce', { tls: 'implicit' }));
    expect(['tls_failed', 'connection_lost']).toContain((error as { code?: unknown }).code);
  },
};

const truncated: ComplianceCase = {
  name: 'an end of TCP without close_notify is connection_lost, not an end of the stream',
  needs: ['truncation'],
  async run(lab) {
    const transport = await lab.command('cut 10', { tls: 'implicit' });
    expect((await inTime('a read', transport.read(10)))?.length).toBe(10);
    await failure(transport.read(), 'connection_lost');
  },
};

const resetInTls: ComplianceCase = {
  name: 'RST inside TLS, mid-frame: connection_lost',
  needs: ['resets'],
  async run(lab) {
    const transport = await lab.command('reset 10', { tls: 'implicit' });
    expect((await inTime('a read', transport.read(10)))?.length).toBe(10);
    await failure(transport.read(10), 'connection_lost');
  },
};

const upgrade: ComplianceCase = {
  name: 'startTls: verified, in place, and bytes travel',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls good');
    expect(transport.peer.tls).toBe(false);
    await inTime('startTls', transport.startTls());
    expect(transport.peer.tls).toBe(true);
    await transport.write(toBytes('send 100000\n'));
    expect(await readAll(transport, 100_000)).toEqual(pattern(100_000));
    await inTime('close', transport.close(), 3_000);
  },
};

const queuedBefore: ComplianceCase = {
  name: 'startTls: what was written before leaves in clear, what is written during it goes through TLS',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.dial('plain', { tls: 'starttls' });
    // Sent ahead of the answer, as a pipelining client might: it must not be held back for TLS.
    transport.write(toBytes('starttls good\n'));
    expect(await readText(transport)).toBe('go\n');
    const upgrading = transport.startTls();
    const writing = transport.write(toBytes('echo\ninside'));
    await inTime('startTls', upgrading);
    await inTime('the write', writing);
    expect(await readText(transport)).toBe('inside');
  },
};

function badUpgrade(certificate: Certificate): ComplianceCase {
  return {
    name: `startTls: a certificate that is ${certificate} is tls_failed, at the latest at the first read`,
    needs: ['certificates', 'starttls'],
    async run(lab) {
      const transport = await lab.commandStartTls(`starttls ${certificate}`);
      const use = async (): Promise<unknown> => {
        await transport.startTls();
        await transport.write(toBytes('echo\nx'));
        return transport.read();
      };
      const error = await failure(use(), 'tls_failed');
      expectHelpful(error, lab.world.hostname, lab.world.ports.plain, 'starttls');
      await inTime('closed', transport.closed);
    },
  };
}

const injected: ComplianceCase = {
  name: 'startTls: bytes in clear behind the answer make it fail, and are never read as if they came through TLS',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('inject');
    await pause(100);
    const use = async (): Promise<unknown> => {
      await transport.startTls();
      // As every client: it speaks first. An older workerd ends the handshake only with this write.
      transport.write(toBytes('echo\n'));
      return transport.read();
    };
    await failure(use(), 'tls_failed');
  },
};

const answeredInClear: ComplianceCase = {
  name: 'startTls: a peer that goes on in clear is tls_failed',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls-plain');
    await failure(transport.startTls(), 'tls_failed');
  },
};

const unansweredUpgrade: ComplianceCase = {
  name: 'startTls: a peer that never shakes hands is connect_timeout, and the transport is gone',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls-silent', { connectTimeoutMs: SHORT_MS });
    await failure(transport.startTls(), 'connect_timeout', SHORT_MS + SOON_MS);
    await inTime('closed', transport.closed, SOON_MS);
  },
};

const hungUpUpgrade: ComplianceCase = {
  name: 'startTls: a peer that hangs up is tls_failed or connection_lost',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls-end');
    const error = await rejection(transport.startTls());
    expect(['tls_failed', 'connection_lost']).toContain((error as { code?: unknown }).code);
  },
};

const abortedUpgrade: ComplianceCase = {
  name: 'startTls: abort during the handshake is aborted, at once',
  needs: ['starttls'],
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.commandStartTls('starttls-silent', { signal: controller.signal });
    const upgrading = transport.startTls();
    await pause(30);
    controller.abort();
    await failure(upgrading, 'aborted', SOON_MS);
  },
};

const destroyedUpgrade: ComplianceCase = {
  name: 'startTls: destroy during the handshake rejects with its reason, writes included',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls-silent');
    const upgrading = transport.startTls();
    const writing = transport.write(toBytes('held'));
    await pause(30);
    const reason = new Error('no patience');
    transport.destroy(reason);
    expect(await rejection(upgrading, SOON_MS)).toBe(reason);
    expect(await rejection(writing, SOON_MS)).toBe(reason);
  },
};

const closedUpgrade: ComplianceCase = {
  name: 'startTls: close during the handshake is bounded',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls-silent');
    const upgrading = rejection(transport.startTls());
    await pause(30);
    await inTime('close', transport.close(), 3_000);
    expect(await upgrading).toMatchObject({ code: 'closed' });
  },
};

async function misuse(lab: Lab, command: string, options: ConnectOptions): Promise<string> {
  const transport = await lab.command(command, options);
  return (await failure(transport.startTls(), 'usage')).message;
}

const wrongMode: ComplianceCase = {
  name: "startTls on a transport that is not 'starttls': usage, and the transport still works",
  needs: ['starttls'],
  async run(lab) {
    expect(await misuse(lab, 'echo', {})).toMatch(/starttls/);
    expect(await misuse(lab, 'echo', { tls: 'implicit' })).toMatch(/starttls|already/);
    const transport = await lab.command('echo');
    await failure(transport.startTls(), 'usage');
    await transport.write(toBytes('fine'));
    expect(await readText(transport)).toBe('fine');
  },
};

const upgradeTwice: ComplianceCase = {
  name: 'startTls twice: usage, one after the other and at once',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.commandStartTls('starttls good');
    const upgrading = transport.startTls();
    await failure(transport.startTls(), 'usage');
    await inTime('startTls', upgrading);
    await failure(transport.startTls(), 'usage');
    await transport.write(toBytes('echo\nfine'));
    expect(await readText(transport)).toBe('fine');
  },
};

const upgradeWhileReading: ComplianceCase = {
  name: 'startTls while a read is pending, and a read during startTls: usage',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.command('starttls-silent', { tls: 'starttls' });
    const reading = transport.read();
    await failure(transport.startTls(), 'usage');
    expect(toText((await inTime('the read', reading)) ?? new Uint8Array())).toBe('go\n');
    const upgrading = rejection(transport.startTls());
    await failure(transport.read(), 'usage');
    transport.destroy(new Error('seen'));
    await upgrading;
  },
};

/** Cases of TLS. */
export const UPGRADING: readonly ComplianceCase[] = [
  implicit,
  badCertificate('for another name', 'wrongName'),
  badCertificate('expired', 'expired'),
  badCertificate('by an untrusted authority', 'untrusted'),
  notTls,
  endInHandshake,
  truncated,
  resetInTls,
  upgrade,
  queuedBefore,
  badUpgrade('wrong-name'),
  badUpgrade('expired'),
  badUpgrade('untrusted'),
  injected,
  answeredInClear,
  unansweredUpgrade,
  hungUpUpgrade,
  abortedUpgrade,
  destroyedUpgrade,
  closedUpgrade,
  wrongMode,
  upgradeTwice,
  upgradeWhileReading,
];
