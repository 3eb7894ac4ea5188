// The messages of logins, byte by byte: whole, cut at each byte, with bytes behind.
import { toHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import {
  type AuthMessage,
  decodeAuthMessage,
  encodeAnswers,
  encodeInteractiveRequest,
  encodeKeyQuestion,
  encodeKeyRequest,
  encodePasswordRequest,
  encodeServiceRequest,
  encodeSignedPart,
  type Message60,
} from '../src/wire/auth-messages.ts';
import {
  banner,
  failure,
  infoRequest,
  message,
  passwordChange,
  serviceAccept,
  success,
} from './support/auth-server.ts';
import { errorOf } from './support/expect-error.ts';

const blob = Uint8Array.of(1, 2, 3);

describe('what the server sends', () => {
  const rows: readonly (readonly [Uint8Array, Message60 | undefined, AuthMessage])[] = [
    [serviceAccept, undefined, { type: 'SERVICE_ACCEPT' }],
    [success, undefined, { type: 'SUCCESS' }],
    [
      failure('publickey,password', true),
      undefined,
      { type: 'FAILURE', methods: ['publickey', 'password'], partial: true },
    ],
    [failure(''), undefined, { type: 'FAILURE', methods: [], partial: false }],
    [banner('Grüße\r\n\u0007'), undefined, { type: 'BANNER', text: 'Grüße\n' }],
    [message(60, 'ssh-ed25519', blob), 'PK_OK', { type: 'PK_OK', algorithm: 'ssh-ed25519', blob }],
    [passwordChange, 'PASSWD_CHANGEREQ', { type: 'PASSWD_CHANGEREQ', prompt: 'Change it now' }],
    [
      infoRequest(['Password: ', false], ['\u202eCode', true]),
      'INFO_REQUEST',
      {
        type: 'INFO_REQUEST',
        name: 'Login',
        instruction: 'Answer, please',
        prompts: [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Code', echo: true },
        ],
      },
    ],
  ];
  it.each(rows)('is read whole and refused otherwise: %#', async (payload, message60, expected) => {
    expect(decodeAuthMessage(payload, message60)).toEqual(expected);
    for (let length = 0; length < payload.length; length++) {
      expect((await errorOf(() => decodeAuthMessage(payload.subarray(0, length), message60))).code).toBe(
        'protocol',
      );
    }
    const longer = Uint8Array.of(...payload, 0);
    expect((await errorOf(() => decodeAuthMessage(longer, message60))).code).toBe('protocol');
  });

  it('may be unknown', () => {
    expect(decodeAuthMessage(message(54, 'anything'), undefined)).toEqual({ type: 'unknown' });
    expect(decodeAuthMessage(message(79), undefined)).toEqual({ type: 'unknown' });
  });

  it('may be no UTF-8 where people read it', () => {
    const latin1 = message(53, Uint8Array.of(0x47, 0xfc), '');
    expect(decodeAuthMessage(latin1, undefined)).toEqual({ type: 'BANNER', text: 'G\ufffd' });
  });
});

describe('what the client sends', () => {
  // "user" and "ssh-connection", each with its length.
  const request = '3200000004757365720000000e7373682d636f6e6e656374696f6e'.replace('00000000e', '0000000e');
  const publickey = '000000097075626c69636b6579';
  const key = '0000000b7373682d65643235353139 00000003010203'.replace(' ', '');
  it.each([
    [encodeServiceRequest(), '050000000c7373682d7573657261757468'],
    [encodeKeyQuestion('user', 'ssh-ed25519', blob), `${request}${publickey}00${key}`],
    [
      encodeKeyRequest('user', 'ssh-ed25519', blob, Uint8Array.of(9)),
      `${request}${publickey}01${key}0000000109`,
    ],
    [
      encodeSignedPart(Uint8Array.of(7), 'user', 'ssh-ed25519', blob),
      `0000000107${request}${publickey}01${key}`,
    ],
    [encodePasswordRequest('user', 'pä'), `${request}0000000870617373776f7264000000000370c3a4`],
    [
      encodeInteractiveRequest('user'),
      `${request}000000146b6579626f6172642d696e7465726163746976650000000000000000`,
    ],
    [encodeAnswers([]), '3d00000000'],
    [encodeAnswers(['a', '']), '3d00000002000000016100000000'],
  ])('is as the RFCs say: %#', (payload, expected) => {
    expect(toHex(payload)).toBe(expected);
  });

  it('has an end', async () => {
    expect((await errorOf(() => encodePasswordRequest('user', 'x'.repeat(70_000)))).code).toBe('limit');
  });
});
