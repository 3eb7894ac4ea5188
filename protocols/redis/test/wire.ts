// For tests: commands as the client sends them, and replies in short.

const size = (text: string): number => new TextEncoder().encode(text).length;

/** A command as RESP, its words split at spaces. */
export function cmd(text: string): string {
  const args = text.split(' ');
  return `*${args.length}\r\n${args.map(bulk).join('')}`;
}

/** Several commands. */
export function cmds(...texts: string[]): string {
  return texts.map(cmd).join('');
}

/** A bulk string. */
export function bulk(text: string): string {
  return `$${size(text)}\r\n${text}\r\n`;
}

/** A push of bulk strings, the last one as it stands. */
export function push(...parts: string[]): string {
  return `>${parts.length}\r\n${parts.map(bulk).join('')}`;
}

/** A confirmation as RESP3 pushes it. */
export function confirmed(kind: string, channel: string, count: number): string {
  return `>3\r\n${bulk(kind)}${bulk(channel)}:${count}\r\n`;
}

/** What Redis 7 answers to HELLO 3. */
export const HELLO_REPLY = `%7\r\n${bulk('server')}${bulk('redis')}${bulk('version')}${bulk('7.0.15')}${bulk('proto')}:3\r\n${bulk('id')}:9\r\n${bulk('mode')}${bulk('standalone')}${bulk('role')}${bulk('master')}${bulk('modules')}*0\r\n`;
