// The types of npm `bcrypt-pbkdf`, as far as they are used: it has none of its own.
declare module 'bcrypt-pbkdf' {
  const bcrypt: {
    /** Fills `key`. @returns 0, or another number where a length is 0 or too large. */
    pbkdf(
      passphrase: Uint8Array,
      passphraseLength: number,
      salt: Uint8Array,
      saltLength: number,
      key: Uint8Array,
      keyLength: number,
      rounds: number,
    ): number;
  };
  export default bcrypt;
}
