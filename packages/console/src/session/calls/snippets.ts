// A call as text to copy: for a shell, and for a program. The token is never part of it.
import type { Call } from './call.ts';

/** Stands for the token in a shell. */
const TOKEN_VARIABLE = '$FAIRLEAD_TOKEN';

/** The call as a command for a POSIX shell with curl, or with websocat for a WebSocket. */
export function toCurl({ method, url, headers, body, isBodyLeftOut }: Call): string {
  if (method === 'WebSocket') {
    const target = url.replace(/^http/, 'ws');
    return `websocat -H "Authorization: Bearer ${TOKEN_VARIABLE}" ${quote(target)}`;
  }
  const parts = [
    `curl ${quote(url)}`,
    ...(method === (body === undefined && !isBodyLeftOut ? 'GET' : 'POST') ? [] : [`-X ${method}`]),
    `-H "Authorization: Bearer ${TOKEN_VARIABLE}"`,
    ...Object.entries(headers)
      .filter(([name]) => name !== 'Fairlead-Timeout-Ms')
      .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
    // The name of a file that the person has to have.
    ...(isBodyLeftOut ? [`--data-binary '@body'`] : []),
  ];
  return parts.join(' \\\n  ');
}

/** The call as TypeScript with `@fairlead/sdk`. */
export function toTypeScript(call: Call): string {
  const origin = JSON.stringify(new URL('/', call.url).href.replace(/\/$/, ''));
  if (call.operation === undefined) {
    return [
      `const token = btoa(process.env.FAIRLEAD_TOKEN ?? '').replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '');`,
      `const socket = new WebSocket(${JSON.stringify(call.url.replace(/^http/, 'ws'))}, ['fairlead', \`fairlead.bearer.\${token}\`]);`,
    ].join('\n');
  }
  const input = Object.keys(call.input).length === 0 ? '' : `, ${literal(call.input)}`;
  return [
    `import { createClient, ${call.operation} } from '@fairlead/sdk';`,
    '',
    `const client = createClient({ url: ${origin}, token: process.env.FAIRLEAD_TOKEN ?? '' });`,
    `const result = ${isStream(call.operation) ? '' : 'await '}${call.operation}(client${input});`,
  ].join('\n');
}

/** Lines and events are async iterables. */
const isStream = (operation: string): boolean =>
  /(?:Lines|Events|ubscribe|redisMonitor|imapWatch)$/.test(operation);

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A value as a literal of the language, over several lines where it is long. */
function literal(value: unknown, indent = ''): string {
  if (value instanceof Blob || value instanceof Uint8Array) return 'bytes';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const deeper = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((each) => literal(each, deeper))
    : Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(
          ([name, each]) =>
            `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${literal(each, deeper)}`,
        );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const line = `${open} ${members.join(', ')} ${close}`;
  if (members.length === 0) return open + close;
  if (line.length + indent.length < 80 && !line.includes('\n'))
    return Array.isArray(value) ? `[${members.join(', ')}]` : line;
  return `${open}\n${members.map((member) => `${deeper}${member},`).join('\n')}\n${indent}${close}`;
}
