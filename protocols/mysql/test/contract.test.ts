// What this package relies on in the driver's inside: its version, its hook for TLS, and the members that are replaced.
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Connection, ConnectionConfig, standardAuthPlugins, version } from '#mysql2';
import manifest from '../package.json' with { type: 'json' };
import { isSslRequest } from '../src/connection/mysql2/startup-transport.ts';
import '../src/connection/login/auth-methods.ts';
import { greeting, packets } from './support/backend.ts';

/** The version that was read, line by line, for what is relied on below. */
const KNOWN = '3.24.5';

class Wire extends EventEmitter {
  readonly written: Buffer[] = [];
  write(bytes: Buffer): boolean {
    this.written.push(Buffer.from(bytes));
    return true;
  }
  end(): void {}
  destroy(): void {}
}

function driver(
  ssl: Record<string, never> | undefined,
  user = 'app',
): { connection: Connection; wire: Wire } {
  const wire = new Wire();
  const config = new ConnectionConfig({
    stream: wire,
    user,
    password: 'top-secret',
    database: 'shop',
    ssl,
    flags: [],
    connectTimeout: 0,
    maxPreparedStatements: 1,
    disableEval: true,
    enableCleartextPlugin: true,
    multipleStatements: false,
    connectAttributes: {},
  });
  const connection = new Connection({ config });
  connection.on('error', () => undefined);
  return { connection, wire };
}

describe('mysql2', () => {
  it('is the version that is known, in the bundle and in the manifest', () => {
    expect(version).toBe(KNOWN);
    expect(manifest.devDependencies.mysql2).toBe(KNOWN);
  });

  it('asks our hook for TLS behind an SSLRequest, and writes nothing more until it is done', () => {
    const { connection, wire } = driver({});
    let done: ((error?: unknown) => void) | undefined;
    connection.startTLS = (callback) => {
      done = callback;
    };
    wire.emit('data', Buffer.from(packets(0, greeting())));
    expect(done).toBeTypeOf('function');
    expect(wire.written.map(isSslRequest)).toEqual([true]);
    done?.();
    expect(wire.written.length).toBe(2);
    expect(String(wire.written[1])).toContain('app\0');
    expect(wire.written[1]?.[3]).toBe(2);
  });

  it('logs in with the collation utf8mb4_unicode_ci, and writes names in UTF-8', () => {
    const { wire } = driver(undefined, 'jürgen');
    wire.emit('data', Buffer.from(packets(0, greeting())));
    const [login = Buffer.alloc(0)] = wire.written;
    expect(login[12]).toBe(224);
    expect(String(login)).toContain('jürgen\0');
  });

  it('says nothing to a server without TLS', () => {
    const { connection, wire } = driver({});
    let asked = false;
    connection.startTLS = () => {
      asked = true;
    };
    wire.emit('data', Buffer.from(packets(0, greeting({ capabilities: 0xdfff_f7ff }))));
    expect([asked, wire.written]).toEqual([false, []]);
  });

  it('cannot do TLS by itself: the bundle has none', () => {
    const { wire } = driver({});
    try {
      wire.emit('data', Buffer.from(packets(0, greeting())));
    } catch {
      // It may throw, as long as it says nothing.
    }
    expect(wire.written.map(isSslRequest)).toEqual([true]);
  });

  it('has the members that are replaced or read', () => {
    const { connection } = driver(undefined);
    const { _command: handshake, packetParser } = connection;
    expect(connection.handlePacket).toBeTypeOf('function');
    expect(connection.addCommand).toBeTypeOf('function');
    expect(handshake.execute).toBeTypeOf('function');
    expect(handshake.canUseAuthMethodDirectly).toBeTypeOf('function');
    expect(handshake.calculateAuthToken).toBeTypeOf('function');
    expect(packetParser.execute).toBeTypeOf('function');
    expect(packetParser.length).toBe(0);
    expect(packetParser.largePacketParts).toEqual([]);
    expect(connection.sequenceId).toBe(0);
  });

  it("tells of a packet's length before it has come", () => {
    const { connection } = driver(undefined);
    connection.packetParser.execute(Buffer.of(1, 2, 3, 0, 10));
    expect(connection.packetParser.length).toBe(0x03_02_01);
  });

  it('knows no authentication method but those under our rules', async () => {
    const { connection } = driver(undefined);
    expect(Object.keys(standardAuthPlugins).sort()).toEqual([
      'caching_sha2_password',
      'client_ed25519',
      'mysql_clear_password',
      'mysql_native_password',
      'parsec',
      'sha256_password',
    ]);
    for (const factory of Object.values(standardAuthPlugins)) {
      // Without rules none of them answers.
      const answer = Promise.resolve(factory({ connection, command: connection._command })(Buffer.alloc(32)));
      await expect(answer).rejects.toMatchObject({ cause: { code: 'auth' } });
    }
  });
});
