// Every message of the protocol as a value and as the bytes that the documentation's "Message Formats" gives it,
// written by hand: neither side of the codec made them.

import type { PasswordKind } from '../../src/wire/index.ts';
import type { BackendMessage, FirstPacket, FrontendMessage } from '../../src/wire/messages.ts';
import { bytes, int16, int32 } from './backend.ts';

/** A message, and its body. `open`: what it holds goes on to its end, so that another length means other contents. */
export interface Sample<Message> {
  readonly type: string;
  readonly message: Message;
  readonly body: Uint8Array;
  readonly open?: boolean;
}

type Part = string | number | Uint8Array;

function sample<Message>(type: string, message: Message, ...parts: Part[]): Sample<Message> {
  return { type, message, body: bytes(...parts) };
}

function open<Message>(type: string, message: Message, ...parts: Part[]): Sample<Message> {
  return { type, message, body: bytes(...parts), open: true };
}

const SALT = Uint8Array.of(1, 2, 0, 255);
const DATA = Uint8Array.of(0, 1, 0xff, 0x0a);
const LONG_KEY: Uint8Array = new Uint8Array(32).fill(0xab);

const authentication = (
  request: Extract<BackendMessage, { kind: 'authentication' }>['request'],
): BackendMessage => ({
  kind: 'authentication',
  request,
});

const FIELDS: Extract<BackendMessage, { kind: 'row-description' }>['fields'] = [
  {
    name: 'id',
    tableOid: 0xfffffff0,
    columnNumber: 1,
    typeOid: 23,
    typeSize: 4,
    typeModifier: -1,
    format: 1,
  },
  { name: 'größe', tableOid: 0, columnNumber: 0, typeOid: 1043, typeSize: -1, typeModifier: 24, format: 0 },
];

const ERROR: ReadonlyMap<string, string> = new Map([
  ['S', 'FEHLER'],
  ['V', 'ERROR'],
  ['C', '42P01'],
  ['M', 'relation "größe" does not exist'],
  ['D', ''],
]);
const ERROR_BODY: Uint8Array = bytes('SFEHLER\0VERROR\0C42P01\0Mrelation "größe" does not exist\0D\0', 0);

/** Every message of the server. */
export const BACKEND: readonly Sample<BackendMessage>[] = [
  sample('R', authentication({ method: 'ok' }), int32(0)),
  sample('R', authentication({ method: 'cleartext' }), int32(3)),
  sample('R', authentication({ method: 'md5', salt: SALT }), int32(5), SALT),
  sample(
    'R',
    authentication({ method: 'sasl', mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] }),
    int32(10),
    'SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0',
  ),
  open('R', authentication({ method: 'sasl-continue', data: bytes('r=x') }), int32(11), 'r=x'),
  open('R', authentication({ method: 'sasl-final', data: bytes('v=x') }), int32(12), 'v=x'),
  open('R', authentication({ method: 'other', number: 2, data: bytes() }), int32(2)),
  open('R', authentication({ method: 'other', number: 6, data: bytes() }), int32(6)),
  open('R', authentication({ method: 'other', number: 7, data: bytes() }), int32(7)),
  open('R', authentication({ method: 'other', number: 8, data: DATA }), int32(8), DATA),
  open('R', authentication({ method: 'other', number: 9, data: bytes() }), int32(9)),
  open('K', { kind: 'backend-key-data', key: { processId: -4711, secretKey: SALT } }, int32(-4711), SALT),
  open(
    'K',
    { kind: 'backend-key-data', key: { processId: 4711, secretKey: LONG_KEY } },
    int32(4711),
    LONG_KEY,
  ),
  sample('2', { kind: 'bind-complete' }),
  sample('3', { kind: 'close-complete' }),
  sample('C', { kind: 'command-complete', tag: 'INSERT 0 1' }, 'INSERT 0 1\0'),
  sample('C', { kind: 'command-complete', tag: '' }, '\0'),
  sample('W', { kind: 'copy-both-response', copy: { format: 0, columns: [] } }, 0, int16(0)),
  open('d', { kind: 'copy-data', data: DATA }, DATA),
  sample('c', { kind: 'copy-done' }),
  sample(
    'G',
    { kind: 'copy-in-response', copy: { format: 1, columns: [1, 1] } },
    1,
    int16(2),
    int16(1),
    int16(1),
  ),
  sample('H', { kind: 'copy-out-response', copy: { format: 0, columns: [0] } }, 0, int16(1), int16(0)),
  sample(
    'D',
    { kind: 'data-row', cells: [bytes('42'), null, bytes()] },
    int16(3),
    int32(2),
    '42',
    int32(-1),
    int32(0),
  ),
  sample('D', { kind: 'data-row', cells: [] }, int16(0)),
  sample('I', { kind: 'empty-query-response' }),
  sample('E', { kind: 'error-response', fields: ERROR }, ERROR_BODY),
  sample('E', { kind: 'error-response', fields: new Map() }, 0),
  sample('V', { kind: 'function-call-response', value: DATA }, int32(4), DATA),
  sample('V', { kind: 'function-call-response', value: null }, int32(-1)),
  sample(
    'v',
    { kind: 'negotiate-protocol-version', negotiation: { minor: 0, options: ['_pq_.a', '_pq_.b'] } },
    int32(0x30000),
    int32(2),
    '_pq_.a\0_pq_.b\0',
  ),
  sample('n', { kind: 'no-data' }),
  sample('N', { kind: 'notice-response', fields: ERROR }, ERROR_BODY),
  sample(
    'A',
    { kind: 'notification-response', notification: { processId: 4711, channel: 'jobs', payload: 'größe' } },
    int32(4711),
    'jobs\0größe\0',
  ),
  sample('t', { kind: 'parameter-description', oids: [23, 0xfffffff0] }, int16(2), int32(23), int32(-16)),
  sample('t', { kind: 'parameter-description', oids: [] }, int16(0)),
  sample(
    'S',
    { kind: 'parameter-status', parameter: { name: 'TimeZone', value: 'Europe/Berlin' } },
    'TimeZone\0Europe/Berlin\0',
  ),
  sample('1', { kind: 'parse-complete' }),
  sample('s', { kind: 'portal-suspended' }),
  sample('Z', { kind: 'ready-for-query', status: 'I' }, 'I'),
  sample('Z', { kind: 'ready-for-query', status: 'T' }, 'T'),
  sample('Z', { kind: 'ready-for-query', status: 'E' }, 'E'),
  sample(
    'T',
    { kind: 'row-description', fields: FIELDS },
    int16(2),
    ...['id', 0, int32(-16), int16(1), int32(23), int16(4), int32(-1), int16(1)],
    ...['größe', 0, int32(0), int16(0), int32(1043), int16(-1), int32(24), int16(0)],
  ),
  sample('T', { kind: 'row-description', fields: [] }, int16(0)),
];

/** Every message of the client but for its first packets. */
export const FRONTEND: readonly Sample<FrontendMessage>[] = [
  sample(
    'B',
    { kind: 'bind', portal: '', statement: '', parameters: [], resultFormats: [] },
    '\0\0',
    int16(0),
    int16(0),
    int16(0),
  ),
  sample(
    'B',
    {
      kind: 'bind',
      portal: 'p',
      statement: 's1',
      parameters: ['größe', null, DATA, ''],
      resultFormats: [1],
    },
    'p\0s1\0',
    ...[int16(4), int16(0), int16(0), int16(1), int16(0)],
    ...[int16(4), int32(7), 'größe', int32(-1), int32(4), DATA, int32(0)],
    ...[int16(1), int16(1)],
  ),
  sample(
    'B',
    { kind: 'bind', portal: '', statement: 's', parameters: ['x'], resultFormats: [0, 1] },
    ...['\0s\0', int16(0), int16(1), int32(1), 'x', int16(2), int16(0), int16(1)],
  ),
  sample('C', { kind: 'close', target: 'S', name: 's1' }, 'Ss1\0'),
  sample('C', { kind: 'close', target: 'P', name: '' }, 'P\0'),
  open('d', { kind: 'copy-data', data: DATA }, DATA),
  sample('c', { kind: 'copy-done' }),
  sample('f', { kind: 'copy-fail', reason: 'no more' }, 'no more\0'),
  sample('D', { kind: 'describe', target: 'S', name: 's1' }, 'Ss1\0'),
  sample('D', { kind: 'describe', target: 'P', name: '' }, 'P\0'),
  sample('E', { kind: 'execute', portal: '', maxRows: 0 }, 0, int32(0)),
  sample('E', { kind: 'execute', portal: 'p', maxRows: 500 }, 'p\0', int32(500)),
  sample('H', { kind: 'flush' }),
  sample(
    'F',
    { kind: 'function-call', oid: 1299, parameters: ['x', DATA], resultFormat: 1 },
    ...[int32(1299), int16(2), int16(0), int16(1), int16(2), int32(1), 'x', int32(4), DATA, int16(1)],
  ),
  open('p', { kind: 'gss-response', data: DATA }, DATA),
  sample(
    'P',
    { kind: 'parse', name: 's1', text: 'select $1::int4', oids: [23, 0] },
    's1\0select $1::int4\0',
    int16(2),
    int32(23),
    int32(0),
  ),
  sample('P', { kind: 'parse', name: '', text: '', oids: [] }, '\0\0', int16(0)),
  sample('p', { kind: 'password', password: 'größe' }, 'größe\0'),
  sample('Q', { kind: 'query', text: 'select 1; select 2' }, 'select 1; select 2\0'),
  sample(
    'p',
    { kind: 'sasl-initial-response', mechanism: 'SCRAM-SHA-256', data: bytes('n,,n=,r=x') },
    'SCRAM-SHA-256\0',
    int32(9),
    'n,,n=,r=x',
  ),
  sample('p', { kind: 'sasl-initial-response', mechanism: 'EXTERNAL' }, 'EXTERNAL\0', int32(-1)),
  open('p', { kind: 'sasl-response', data: bytes('c=biws,r=x,p=y') }, 'c=biws,r=x,p=y'),
  sample('S', { kind: 'sync' }),
  sample('X', { kind: 'terminate' }),
];

/** What a message of type `p` is, as its sample knows. */
export function passwordKind({ kind }: FrontendMessage): PasswordKind {
  return kind === 'sasl-initial-response' || kind === 'sasl-response' || kind === 'gss-response'
    ? kind
    : 'password';
}

/** Every first packet, without its length. */
export const FIRST: readonly Sample<FirstPacket>[] = [
  sample(
    '',
    {
      kind: 'startup',
      minor: 0,
      parameters: new Map([
        ['user', 'app'],
        ['options', ''],
      ]),
    },
    int32(196_608),
    'user\0app\0options\0\0\0',
  ),
  sample(
    '',
    { kind: 'startup', minor: 2, parameters: new Map([['user', 'größe']]) },
    int32(196_610),
    'user\0größe\0\0',
  ),
  open(
    '',
    { kind: 'cancel-request', key: { processId: 4711, secretKey: SALT } },
    int32(80_877_102),
    int32(4711),
    SALT,
  ),
  open(
    '',
    { kind: 'cancel-request', key: { processId: 4711, secretKey: LONG_KEY } },
    ...[int32(80_877_102), int32(4711), LONG_KEY],
  ),
  sample('', { kind: 'ssl-request' }, int32(80_877_103)),
  sample('', { kind: 'gss-encryption-request' }, int32(80_877_104)),
];
