// A server of MongoDB's wire protocol that costs next to nothing: it checks logins, and answers the rest with ready-made replies.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import {
  MessageSplitter,
  parseRequest,
  type Request,
  replyTo,
  type ScramKeys,
  ScramLogin,
} from '@fairlead/integration/mongodb';
import { type Document, deserialize, Long, ObjectId, serialize } from 'bson';
import { listen, type RunningServer } from '../server.ts';

/** How many documents the collection `many` has, and how many a reply holds behind the first. */
export const DOCUMENTS = 10_000;
const FIRST_BATCH = 101;
const NEXT_BATCH = 5_000;
/** As DocumentDB has them. */
const ITERATIONS = 4_096;
const PASSWORD = 'app-password';
const NAMESPACE = 'bench.things';

/** A canned server, and the sockets that it has seen. */
export interface CannedServer extends RunningServer {
  sockets(): number;
}

/** Some 200 bytes of BSON. */
export function sampleDocument(index: number): Document {
  return {
    _id: new ObjectId(index.toString(16).padStart(24, '0')),
    name: `Harbour ${index}`,
    country: 'Norway',
    berths: index % 97,
    depth: 12.5 + (index % 10) / 10,
    opened: new Date(1_700_000_000_000 + index * 1000),
    tags: ['north', 'ferry', 'deep'],
    position: { lat: 59.9 + index / 1e5, lon: 10.7 },
    active: index % 2 === 0,
  };
}

/** One user, with the key of SCRAM-SHA-256. */
function cannedKeys(): ScramKeys {
  const salt = randomBytes(16);
  const key = pbkdf2Sync(PASSWORD, salt, ITERATIONS, 32, 'sha256');
  const hmac = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
  const storedKey = createHash('sha256').update(hmac(key, 'Client Key')).digest();
  return {
    saltOf: async () => ({ ok: 1, salt: salt.toString('base64'), iterations: ITERATIONS }),
    async authenticate(_user, authMessage, proof) {
      const signature = hmac(storedKey, authMessage);
      const clientKey = Buffer.from(proof, 'base64').map(
        (byte: number, at: number) => byte ^ (signature[at] ?? 0),
      );
      if (!createHash('sha256').update(clientKey).digest().equals(storedKey)) return { ok: 0 };
      return { ok: 1, ServerSignature: hmac(hmac(key, 'Server Key'), authMessage).toString('base64') };
    },
  };
}

/** By the command's name, the whole message, and how many pages of a cursor have been asked for behind the first. */
type Replies = (command: string, message: Buffer, page: number) => Uint8Array;

/** Replies by what is asked, made once. */
function cannedReplies(): Replies {
  const documents = Array.from({ length: DOCUMENTS }, (_, index) => sampleDocument(index));
  const cursor = (key: 'firstBatch' | 'nextBatch', from: number, to: number, id: number) =>
    serialize({
      cursor: { id: Long.fromNumber(id), ns: NAMESPACE, [key]: documents.slice(from, to) },
      ok: 1,
    });
  const second = FIRST_BATCH + NEXT_BATCH;
  const one = cursor('firstBatch', 5, 6, 0);
  const first = cursor('firstBatch', 0, FIRST_BATCH, 1);
  const next = [cursor('nextBatch', FIRST_BATCH, second, 1), cursor('nextBatch', second, DOCUMENTS, 0)];
  const inserted = serialize({ n: DOCUMENTS, ok: 1 });
  const done = serialize({ ok: 1 });
  return (command, message, page) => {
    if (command === 'find') return message.includes('many') ? first : one;
    if (command === 'getMore') return next[page - 1] ?? done;
    return command === 'insert' ? inserted : done;
  };
}

const HELLO = {
  helloOk: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};

/** Starts it, in this process. */
export async function startCanned(): Promise<CannedServer> {
  const replies = cannedReplies();
  const keys = cannedKeys();
  let sockets = 0;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets += 1;
    open.add(socket);
    const connection = new CannedConnection(socket, keys, replies);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.on('data', (bytes) => connection.read(bytes));
  });
  const port = await listen(server);
  return {
    port,
    what: 'a canned server in Node, which looks nothing up',
    sockets: () => sockets,
    stop() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

class CannedConnection {
  readonly #socket: Socket;
  readonly #keys: ScramKeys;
  readonly #replies: Replies;
  readonly #splitter = new MessageSplitter();
  #login: ScramLogin | undefined;
  #count = 0;
  /** Of the cursor. */
  #page = 0;

  constructor(socket: Socket, keys: ScramKeys, replies: Replies) {
    this.#socket = socket;
    this.#keys = keys;
    this.#replies = replies;
  }

  read(bytes: Uint8Array): void {
    for (const message of this.#splitter.push(bytes)) {
      const isModern = message.readInt32LE(12) === 2013 && message[20] === 0;
      // The name of the body's first element: both clients send the body first.
      const command = isModern ? message.toString('latin1', 26, message.indexOf(0, 26)) : 'isMaster';
      if (/^(hello|isMaster|ismaster|sasl)/.test(command)) void this.#greet(message);
      else this.#reply(command, message);
    }
  }

  #reply(command: string, message: Buffer): void {
    this.#page = command === 'getMore' ? this.#page + 1 : 0;
    this.#send(messageHead(message), this.#replies(command, message, this.#page));
  }

  async #greet(message: Buffer): Promise<void> {
    const request = parseRequest(message);
    const asked = deserialize(request.document);
    try {
      this.#send(request, serialize(await this.#greeting(asked, request.isLegacy)));
    } catch {
      this.#send(
        request,
        serialize({ ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' }),
      );
    }
  }

  async #greeting(asked: Document, isLegacy: boolean): Promise<Document> {
    if ('saslContinue' in asked) return (await this.#login?.continue(asked)) ?? { ok: 0 };
    const start = 'saslStart' in asked ? asked : asked.speculativeAuthenticate;
    if (start) this.#login = new ScramLogin(this.#keys);
    const started = start && (await this.#login?.start(start));
    if ('saslStart' in asked) return started ?? { ok: 0 };
    return {
      ...HELLO,
      ...(isLegacy && { ismaster: true }),
      ...(asked.saslSupportedMechs && { saslSupportedMechs: ['SCRAM-SHA-256'] }),
      ...(started && { speculativeAuthenticate: started }),
    };
  }

  #send(request: Request, reply: Uint8Array): void {
    this.#count += 1;
    this.#socket.write(replyTo(request, reply, this.#count));
  }
}

function messageHead(message: Buffer): Request {
  return {
    requestId: message.readInt32LE(4),
    isLegacy: false,
    isCompressed: false,
    isUnacknowledged: false,
    document: message,
  };
}
