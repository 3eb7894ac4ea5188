// What one may begin with: a first message of some protocols. Data only.

/** An example of what is sent. */
export interface Preset {
  readonly name: string;
  /** As text with escapes. */
  readonly text: string;
  /** Milliseconds of silence that end the answer, for servers that keep the connection. */
  readonly silentMs: number;
}

/** The examples. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'HTTP',
    text: String.raw`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    silentMs: 2_000,
  },
  { name: 'Redis PING', text: String.raw`PING\r\n`, silentMs: 300 },
  { name: 'SMTP', text: String.raw`EHLO console.invalid\r\nQUIT\r\n`, silentMs: 2_000 },
  { name: 'Listen only', text: '', silentMs: 1_000 },
];
