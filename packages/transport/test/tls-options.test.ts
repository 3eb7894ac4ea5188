// The option tls of clients, as callers without types may give it: whatever is not understood is refused, and nothing is dropped.
import { describe, expect, it } from 'vitest';
import { checkTlsOptions, readTls, type TlsChoice, type TlsOptions } from '../src/workerd.ts';

const usage = expect.objectContaining({ code: 'usage' });
const PIN = `sha256/${'A'.repeat(43)}=`;

describe('the option tls', () => {
  it.each([undefined, true, false, 'starttls'] as const)('%s is as it is given', (tls) => {
    expect(readTls(tls)).toEqual({ mode: tls, tlsOptions: undefined });
  });

  it.each(['implicit', 'on', 'off', '', 'STARTTLS', 0, 1, null, [], ['starttls'], Symbol('tls'), () => true])(
    '%s is refused',
    (tls) => {
      expect(() => readTls(tls as unknown as TlsChoice)).toThrow(usage);
    },
  );

  it('an object has its mode taken out', () => {
    expect(readTls({ mode: 'implicit', pins: [PIN] })).toEqual({ mode: true, tlsOptions: { pins: [PIN] } });
    expect(readTls({})).toEqual({ mode: undefined, tlsOptions: {} });
  });
});

describe('wishes that an object does not hold itself', () => {
  class Wishes {
    get pins(): string[] {
      return [PIN];
    }
  }
  const hidden = Object.defineProperty({}, 'ca', { value: 'PEM', enumerable: false });

  it.each([
    ['of its class', new Wishes()],
    ['of its prototype', Object.create({ anyName: true })],
    ['that are hidden', hidden],
    ['a mode of its prototype', Object.create({ mode: 'starttls' })],
  ] as [string, TlsOptions][])('are refused, not passed over: %s', (_what, wishes) => {
    expect(() => readTls(wishes)).toThrow(usage);
    expect(() => checkTlsOptions(wishes)).toThrow(usage);
  });

  it('an object without a prototype is as good as any', () => {
    const wishes: TlsOptions = Object.assign(Object.create(null), { pins: [PIN] });
    expect(readTls(wishes)).toEqual({ mode: undefined, tlsOptions: { pins: [PIN] } });
  });
});

it('no message holds a value', () => {
  const secret = 'hunter2-hunter2';
  for (const options of [
    { ca: { secret } },
    { key: secret },
    { pins: [secret] },
    { minVersion: secret },
    { alpn: [secret, ''] },
    { cert: secret },
  ]) {
    let message = '';
    try {
      checkTlsOptions(options as unknown as TlsOptions);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('tls.');
    expect(message).not.toContain(secret);
  }
});
