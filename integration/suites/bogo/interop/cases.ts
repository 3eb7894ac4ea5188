// What is tried against a server of Go: its configuration, and what both sides must then say.
const TLS12 = 0x0303;
const TLS13 = 0x0304;

/** The kinds of keys that server.go makes. */
type Key = 'ecdsa' | 'rsa' | 'ed25519';

/** One server and one client. */
export interface Case {
  readonly name: string;
  readonly server: {
    readonly key: Key;
    readonly version: number;
    /** IANA number of the only group; 0 for Go's own choice. */
    readonly curve?: number;
    /** IANA number of the only suite, TLS 1.2 alone. */
    readonly suite?: number;
    readonly alpn?: readonly string[];
    readonly clientAuth?: boolean;
  };
  /** The client's certificate. */
  readonly client?: Key;
  readonly alpn?: readonly string[];
  readonly servername?: string;
  /** The alert, or the reason, with which it fails. */
  readonly fails?: string;
}

const KEYS: readonly Key[] = ['ecdsa', 'rsa', 'ed25519'];
const VERSIONS = [
  ['1.2', TLS12],
  ['1.3', TLS13],
] as const;
/** Another one than the first that the client has a share for makes a HelloRetryRequest. */
const CURVES = { 'P-256': 23, 'P-384': 24, X25519: 29 };
/** The suites of TLS 1.2, and the key that each needs. */
const SUITES: readonly (readonly [suite: number, key: Key])[] = [
  [0xc02b, 'ecdsa'],
  [0xc02c, 'ecdsa'],
  [0xcca9, 'ecdsa'],
  [0xc02f, 'rsa'],
  [0xc030, 'rsa'],
  [0xcca8, 'rsa'],
];

/** All of them. */
export function cases(): Case[] {
  const all: Case[] = [];
  for (const [label, version] of VERSIONS) {
    for (const key of KEYS) {
      all.push({ name: `TLS ${label}, server ${key}`, server: { key, version } });
      const server = { key: 'rsa', version, clientAuth: true } as const;
      all.push({ name: `TLS ${label}, client ${key}`, server, client: key });
    }
    for (const [curve, id] of Object.entries(CURVES)) {
      all.push({ name: `TLS ${label}, ${curve}`, server: { key: 'ecdsa', version, curve: id } });
    }
    all.push(...choices(label, version), ...refusals(label, version));
  }
  for (const [suite, key] of SUITES) {
    all.push({ name: `TLS 1.2, suite ${suite.toString(16)}`, server: { key, version: TLS12, suite } });
  }
  return all;
}

function choices(label: string, version: number): Case[] {
  const server = { key: 'ecdsa', version, alpn: ['second', 'third'] } as const;
  return [{ name: `TLS ${label}, ALPN`, server, alpn: ['first', 'second'] }];
}

function refusals(label: string, version: number): Case[] {
  const alert = version === TLS13 ? 'certificate_required' : 'bad_certificate';
  const server = { key: 'ecdsa', version } as const;
  return [
    { name: `TLS ${label}, no client certificate`, server: { ...server, clientAuth: true }, fails: alert },
    { name: `TLS ${label}, another name`, server, servername: 'other.example', fails: 'name_mismatch' },
    {
      name: `TLS ${label}, no common ALPN`,
      server: { ...server, alpn: ['third'] },
      alpn: ['first'],
      fails: 'no_application_protocol',
    },
  ];
}
