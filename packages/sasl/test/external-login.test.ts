// The login by a client certificate alone.
import { describe, expect, it } from 'vitest';
import { checkExternal, chooseExternal, isExternal } from '../src/index.ts';

describe('a login by certificate', () => {
  it('is asked for by EXTERNAL as the only mechanism', () => {
    expect(isExternal({ mechanisms: ['external'] })).toBe(true);
    expect(isExternal({ mechanisms: ['EXTERNAL', 'PLAIN'] })).toBe(false);
    expect(isExternal({ mechanisms: [] })).toBe(false);
    expect(isExternal({})).toBe(false);
  });

  it('needs a certificate', () => {
    expect(() => checkExternal({ cert: 'CERT' })).not.toThrow();
    for (const tlsOptions of [undefined, {}]) {
      expect(() => checkExternal(tlsOptions)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });

  it('is made where the server offers it', () => {
    expect(chooseExternal(['PLAIN', 'external']).initial()).toEqual(new Uint8Array(0));
    expect(new TextDecoder().decode(chooseExternal(['EXTERNAL'], 'tim').initial())).toBe('tim');
    expect(() => chooseExternal(['PLAIN'])).toThrow(
      expect.objectContaining({ code: 'auth', safeToRetry: true }),
    );
  });
});
