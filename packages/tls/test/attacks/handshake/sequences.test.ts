// The handshake's state machine by exhaustion: every sequence of messages, as far as the client goes along with it. What it opens a
// connection for are the orders of RFC 8446 section 2, and no other.
import { concat } from '@fairlead/bytes';
import type { MemoryServer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { secp256r1, x25519 } from '../../../src/crypto/index.ts';
import type { Group } from '../../../src/crypto/types.ts';
import { handshakeMessage } from '../../hostile/server/encoder.ts';
import { keyUpdate, newSessionTicket } from '../../hostile/server/messages.ts';
import type { Step, StepName } from '../../hostile/server/server.ts';
import { attempt, makePki } from '../../hostile/trial.ts';

expectNoUnhandledRejection();

const pki = await makePki();

const NAMED: readonly StepName[] = [
  'hello_retry_request',
  'server_hello',
  'encrypted_extensions',
  'certificate_request',
  'certificate',
  'certificate_verify',
  'finished',
];
const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ...NAMED.map((name): [string, Step] => [name, name]),
  ['new_session_ticket', { message: newSessionTicket(new Uint8Array(9)).bytes }],
  ['key_update', { message: keyUpdate(false).bytes }],
  ['hello_request', { message: handshakeMessage(0, () => undefined).bytes }],
  ['server_hello_done', { message: handshakeMessage(14, () => undefined).bytes }],
  ['data', { record: 23, content: Uint8Array.of(1) }],
  ['data in clear', { record: 23, content: Uint8Array.of(1), plain: true }],
  ['alert in clear', { record: 21, content: Uint8Array.of(2, 40), plain: true }],
]);

/** Sends the messages and ends. @returns How far the client went along. */
async function tryOut(names: readonly string[], group: Group): Promise<'opened' | 'waits' | 'refused'> {
  const steps = names.flatMap((name) => STEPS.get(name) ?? []);
  let left = 1 + names.filter((name) => name === 'hello_retry_request').length;
  const wire = async (bytes: Uint8Array, raw: MemoryServer): Promise<void> => {
    if (bytes.length > 0) await raw.write(concat([bytes]));
    if (--left === 0) raw.end();
  };
  const outcome = await attempt({ script: { identity: pki.identity, steps, group }, wire }, pki.ca);
  if (outcome.kind === 'success') throw new Error('the server has answered nothing');
  const { code, message } = outcome.error;
  // The connection was up when it was cut.
  if (code === 'connection_lost') return 'opened';
  return message.includes('ended the connection during') ? 'waits' : 'refused';
}

it.each([
  ['the group of the share', x25519, ''],
  ['another group', secp256r1, 'hello_retry_request '],
])(
  'opens a connection for the lawful orders alone: %s',
  async (_, group, retry) => {
    const opened: string[] = [];
    let tried = 0;
    const walk = async (names: readonly string[]): Promise<void> => {
      for (const name of STEPS.keys()) {
        const longer = [...names, name];
        tried++;
        const verdict = await tryOut(longer, group);
        if (verdict === 'opened') opened.push(longer.join(' '));
        else if (verdict === 'waits') await walk(longer);
      }
    };
    await walk([]);
    const proof = 'certificate certificate_verify finished';
    expect(opened).toEqual([
      `${retry}server_hello encrypted_extensions certificate_request ${proof}`,
      `${retry}server_hello encrypted_extensions ${proof}`,
    ]);
    expect(tried).toBeGreaterThan(100);
  },
  60_000,
);
