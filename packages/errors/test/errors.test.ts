import { describe, expect, it } from 'vitest';
import { errorWith, FairleadError, type FairleadErrorOptions, isFairleadError, usage } from '../src/index.ts';

describe('FairleadError', () => {
  it("keeps its code, cause, peer and the server's words", () => {
    const cause = new TypeError('underneath');
    const peer = { hostname: 'db.example.com', port: 5432, tls: true };
    const error = new FairleadError('server', 'duplicate key', {
      cause,
      peer,
      server: { code: '23505', message: 'duplicate key value violates unique constraint' },
      safeToRetry: true,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('FairleadError');
    expect(error.code).toBe('server');
    expect(error.cause).toBe(cause);
    expect(error.peer).toEqual(peer);
    expect(error.server?.code).toBe('23505');
    expect(error.safeToRetry).toBe(true);
  });

  it.each([
    ['connect_failed', 'network'],
    ['connect_timeout', 'network'],
    ['connection_lost', 'network'],
    ['tls_failed', 'peer'],
    ['protocol', 'peer'],
    ['auth', 'peer'],
    ['server', 'peer'],
    ['closed', 'local'],
    ['timeout', 'local'],
    ['aborted', 'local'],
    ['policy', 'local'],
    ['limit', 'local'],
    ['usage', 'local'],
  ] as const)('blames %s on the %s unless told otherwise, and is not safe to retry', (code, blame) => {
    const error = new FairleadError(code, 'x');
    expect(error.blame).toBe(blame);
    expect(error.safeToRetry).toBe(false);
    expect(new FairleadError(code, 'x', { blame: 'local' }).blame).toBe('local');
  });

  it('has no cause property when none was given', () => {
    expect('cause' in new FairleadError('usage', 'x')).toBe(false);
  });

  it('is recognised across copies of the package, and nothing else is', () => {
    expect(isFairleadError(new FairleadError('usage', 'x'))).toBe(true);
    expect(isFairleadError(new Error('x'))).toBe(false);
    expect(isFairleadError({ name: 'FairleadError', code: 'usage' })).toBe(false);
    expect(isFairleadError(undefined)).toBe(false);
  });

  it('of wrong arguments is safe to retry, as nothing was sent, unless told otherwise', () => {
    expect(usage('x')).toMatchObject({ code: 'usage', blame: 'local', safeToRetry: true, message: 'x' });
    expect(usage('x', { safeToRetry: false }).safeToRetry).toBe(false);
  });
});

describe('errorWith', () => {
  const options: Required<FairleadErrorOptions> = {
    blame: 'local',
    safeToRetry: true,
    peer: { hostname: 'db.example.com', port: 5432, tls: true },
    cause: new TypeError('underneath'),
    server: { code: '08P01', message: 'no' },
    reason: 'alert',
    certificate: {
      subject: 'CN=db.example.com',
      issuer: 'CN=An authority',
      names: ['DNS:db.example.com'],
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2027-01-01T00:00:00.000Z',
      fingerprint256: '00'.repeat(32),
    },
    alert: 'unknown_ca',
  };
  const error = new FairleadError('tls_failed', 'It failed', options);

  it('keeps every member that is not changed', () => {
    const copy = errorWith(error, { safeToRetry: false });
    expect(copy).not.toBe(error);
    expect({ ...copy }).toEqual({ ...error, safeToRetry: false });
    expect([copy.message, copy.cause]).toEqual(['It failed', options.cause]);
  });

  it('changes the code and the message, and no blame with them', () => {
    const copy = errorWith(error, { code: 'connect_timeout', message: 'It was late', cause: error });
    expect({ ...copy }).toEqual({ ...error, code: 'connect_timeout' });
    expect([copy.message, copy.cause]).toEqual(['It was late', error]);
  });

  it('takes away what is given as undefined', () => {
    const copy = errorWith(error, { code: undefined, server: undefined, cause: undefined });
    expect([copy.code, copy.server, 'cause' in copy]).toEqual(['tls_failed', undefined, false]);
  });
});
