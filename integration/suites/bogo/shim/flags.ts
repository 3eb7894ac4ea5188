// The flags that the runner gives its shim, for the first connection and for those that resume. What is not in the table is
// refused: the runner then counts the test as not implemented, and the run fails.

/** What follows a flag: nothing, one value, or one value that further flags of this name add to. */
type Arity = 'none' | 'one' | 'many';

/** What the shim obeys. */
const OBEYED: Readonly<Record<string, Arity>> = {
  // Reads give no byte more than they must.
  async: 'none',
  // TLS begins by startTls().
  'implicit-handshake': 'none',
  port: 'one',
  'resume-count': 'one',
  'host-name': 'one',
  'advertise-alpn': 'one',
  'expect-alpn': 'one',
  'cert-file': 'one',
  'key-file': 'one',
  'min-version': 'one',
  'no-tls12': 'none',
  'verify-fail': 'none',
  'no-ticket': 'none',
  'expect-version': 'one',
  'expect-cipher': 'one',
  'expect-cipher-aes': 'one',
  'expect-session-miss': 'none',
  'expect-peer-cert-file': 'one',
  'expect-hrr': 'none',
  'expect-no-hrr': 'none',
  'shim-writes-first': 'none',
  'shim-shuts-down': 'none',
  'check-close-notify': 'none',
  'export-keying-material': 'one',
  'export-label': 'one',
  'export-context': 'one',
  'use-export-context': 'none',
  'resumption-delay': 'one',
};

/**
 * What is true of the client anyway, or changes nothing that can be seen from outside; and what the client does not tell its
 * caller, so that the runner alone checks it.
 */
const MOOT: Readonly<Record<string, Arity>> = {
  // Ways to call BoringSSL.
  'no-op-extra-handshake': 'none',
  'peek-then-read': 'none',
  'read-size': 'one',
  'use-custom-verify-callback': 'none',
  'use-old-client-cert-callback': 'none',
  // Always so.
  'forbid-renegotiation-after-handshake': 'none',
  'expect-early-data-reason': 'one',
  'verify-peer': 'none',
  'reverify-on-resume': 'none',
  'no-tls1': 'none',
  'no-tls11': 'none',
  'enforce-rsa-key-usage': 'none',
  // Not told to callers.
  'expect-verify-result': 'none',
  'expect-curve-id': 'one',
  'expect-peer-signature-algorithm': 'one',
  'expect-peer-verify-pref': 'many',
  'expect-certificate-types': 'one',
  'expect-client-ca-list': 'one',
  'expect-extended-master-secret': 'none',
  'expect-secure-renegotiation': 'none',
  'expect-no-session': 'none',
  'expect-ticket-supports-early-data': 'none',
  'expect-no-ech-name-override': 'none',
  'expect-ticket-renewal': 'none',
  'expect-cipher-no-aes': 'one',
  'expect-msg-callback': 'one',
  // Of servers.
  'ocsp-response': 'one',
  'signed-cert-timestamps': 'one',
  // Tests in which another choice than the client's own can be seen are skipped.
  curves: 'many',
  'max-version': 'one',
  // The schemes are those that the key and the version allow; the tests that run want one of them.
  'signing-prefs': 'many',
  'verify-prefs': 'many',
};

const KNOWN = { ...MOOT, ...OBEYED };

/** The flags of one connection. Several values of one flag stand in their order. */
export class Flags {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }

  has(name: keyof typeof OBEYED): boolean {
    return this.#values.has(name);
  }

  /** The last value. */
  text(name: keyof typeof OBEYED): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  number(name: keyof typeof OBEYED): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  numbers(name: keyof typeof OBEYED): number[] {
    return (this.#values.get(name) ?? []).map(Number);
  }
}

/** A flag that is not in the table. */
export class UnknownFlag extends Error {
  override readonly name = 'UnknownFlag';
}

/** The flags of the first connection, and of each one that resumes. */
export interface AllFlags {
  readonly initial: Flags;
  readonly resume: Flags;
}

/**
 * Reads the shim's arguments: `-flag`, `-flag value`; `-on-initial-flag` and `-on-resume-flag` for one kind of connection.
 * @throws UnknownFlag
 */
export function readFlags(args: readonly string[]): AllFlags {
  const flags = { initial: new Flags(), resume: new Flags() };
  for (let at = 0; at < args.length; at++) {
    const [, only, name = ''] = /^-(?:on-(initial|resume)-|on-shim-)?(.+)$/.exec(args[at] ?? '') ?? [];
    const arity = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
    if (arity === undefined) throw new UnknownFlag(`${args[at]} is not known`);
    const value = arity === 'none' ? '' : args[++at];
    if (value === undefined) throw new UnknownFlag(`${args[at - 1]} has no value`);
    if (only !== 'resume') flags.initial.add(name, value);
    if (only !== 'initial') flags.resume.add(name, value);
  }
  return flags;
}
