// TLS of one's own to databases: an authority that the platform does not know, names and authorities that are wrong, certificates of
// clients. Postgres, MariaDB and Redis demand theirs under TLS 1.2, MySQL and MongoDB under TLS 1.3.
import { connect as connectMongodb } from '@fairlead/mongodb';
import { connect as connectMysql } from '@fairlead/mysql';
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';
import type { Connector, TlsOptions } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { AS_APP, PRIVATE, recorder, SHOWN, trust, WRONG } from './own-tls.ts';
import { failure } from './support.ts';

const { postgres, mariadb, redis, mongodb, demanding } = inject('servers');
const AS_SCRAM = { ...PRIVATE, ...trust.clients.scram };
const AS_STRANGER = { ...PRIVATE, ...trust.clients.stranger };

/** Connects, asks something, and leaves. */
type Visit = (port: number, tls: TlsOptions | true, connector?: Connector) => Promise<unknown>;

const visitPostgres =
  (login: string): Visit =>
  async (port, tls, connector) => {
    const url = `postgres://${login}@localhost:${port}/fairlead`;
    await using client = await connectPostgres(url, { tls, connector });
    const { rows } = await client.query(
      'select current_user as who, client_dn as subject, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return rows[0];
  };

const visitMysql =
  (login: string): Visit =>
  async (port, tls, connector) => {
    await using client = await connectMysql(`mysql://${login}@localhost:${port}/fairlead`, {
      tls,
      connector,
    });
    const { rows } = await client.query('select current_user() as who');
    const status = await client.query("show session status like 'Ssl_version'");
    return { who: rows[0]?.who, version: status.rows[0]?.Value };
  };

const visitRedis: Visit = async (port, tls, connector) => {
  const url = `rediss://app:app-password@localhost:${port}`;
  await using client = await connectRedis(url, { tls, connector });
  return client.send('ACL', 'WHOAMI');
};

const visitMongodb: Visit = async (port, tls, connector) => {
  await using client = await connectMongodb(`mongodb://app:app-password@localhost:${port}/`, {
    tls,
    connector,
  });
  return client.db('admin').command({ ping: 1 });
};

const SERVERS: readonly [string, number, Visit][] = [
  ['Postgres', postgres.untrusted.port, visitPostgres('scram:scram-password')],
  ['MariaDB', mariadb.untrusted.port, visitMysql('native:native-password')],
  ['MySQL', demanding.mysql, visitMysql('sha2:sha2-password')],
  ['Redis', redis.untrusted.tlsPort, visitRedis],
  ['MongoDB', mongodb.tls.untrusted, visitMongodb],
];

/** All tests of databases, with what speaks TLS. @param make A new connector. */
export function databaseCases(make: () => Connector): void {
  const own = make();

  describe.each(SERVERS)('%s', (_name, port, visit) => {
    it('is trusted by its private authority, which the platform refuses', async () => {
      const { connector, sessions } = recorder(make());
      expect(await visit(port, PRIVATE, connector)).toBeDefined();
      const [session] = sessions();
      expect(session?.version).toBe('TLSv1.3');
      expect(session?.peerCertificates[0]).toMatchObject(SHOWN);
      expect((await failure(visit(port, true))).code).toBe('tls_failed');
    });

    it.each(WRONG)('%s: `tls_failed`, with the reason and the certificate', async (_what, tls, reason) => {
      const error = await failure(visit(port, tls, own));
      expect(error).toMatchObject({ code: 'tls_failed', reason, safeToRetry: true });
      // MySQL shows its authority, too: that is then the one whose issuer is unknown.
      expect(error.certificate?.issuer).toBe(SHOWN.issuer);
      if (reason === 'name_mismatch') expect(error.certificate).toMatchObject(SHOWN);
    });
  });

  describe('certificates of clients', () => {
    it('Postgres: in place of a password, and its subject is what the server sees', async () => {
      const visit = visitPostgres('scram');
      const seen = await visit(demanding.postgres, AS_SCRAM, own);
      expect(seen).toEqual({ who: 'scram', subject: '/CN=scram', version: 'TLSv1.2' });
    });

    it('Postgres: beside a password, for any name or for the user alone', async () => {
      const anyName = visitPostgres('tlsonly:tlsonly-password');
      expect(await anyName(demanding.postgres, AS_SCRAM, own)).toMatchObject({ who: 'tlsonly' });
      const thatName = visitPostgres('single:single-password');
      const error = await failure(thatName(demanding.postgres, AS_SCRAM, own));
      expect(error).toMatchObject({ code: 'auth', server: { code: '28P01' } });
    });

    it('Postgres: none is the server’s own refusal, one of another authority an alert', async () => {
      const visit = visitPostgres('scram');
      const none = await failure(visit(demanding.postgres, PRIVATE, own));
      expect(none).toMatchObject({ code: 'auth', server: { code: '28000' } });
      expect(none.message).toContain('client certificate');
      const strange = await failure(visit(demanding.postgres, AS_STRANGER, own));
      expect(strange).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'unknown_ca' });
    });

    it.each([
      ['MySQL', demanding.mysql, 'TLSv1.3'],
      ['MariaDB', demanding.mariadb, 'TLSv1.2'],
    ])('%s: REQUIRE X509 and REQUIRE SUBJECT', async (_name, port, version) => {
      const any = visitMysql('certified:certified-password');
      expect(await any(port, AS_SCRAM, own)).toEqual({ who: 'certified@%', version });
      const subject = visitMysql('subject:subject-password');
      expect(await subject(port, AS_APP, own)).toEqual({ who: 'subject@%', version });
      expect(await failure(any(port, PRIVATE, own))).toMatchObject({
        code: 'auth',
        server: { code: '28000' },
      });
      expect(await failure(subject(port, AS_SCRAM, own))).toMatchObject({ code: 'auth' });
      const strange = await failure(any(port, AS_STRANGER, own));
      expect(strange).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'unknown_ca' });
    });

    it('Redis: tls-auth-clients', async () => {
      const { connector, sessions } = recorder(make());
      expect(await visitRedis(demanding.redis, AS_APP, connector)).toBe('app');
      expect(sessions()).toMatchObject([{ version: 'TLSv1.2' }]);
      const none = await failure(visitRedis(demanding.redis, PRIVATE, own));
      expect(none).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'handshake_failure' });
      expect(none.message).toMatch(/tls\.cert and tls\.key/);
      const strange = await failure(visitRedis(demanding.redis, AS_STRANGER, own));
      expect(strange).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'unknown_ca' });
    });

    it('MongoDB: MONGODB-X509', async () => {
      const url = `mongodb://localhost:${mongodb.x509}/?authMechanism=MONGODB-X509`;
      const ping = async (tls: TlsOptions) => {
        await using client = await connectMongodb(url, { tls, connector: own });
        const things = client.db('x509').collection<{ _id: number }>('things');
        return things.countDocuments({});
      };
      expect(await ping(AS_APP)).toBe(0);
      expect(await failure(ping(AS_SCRAM))).toMatchObject({ code: 'auth' });
      expect(await failure(ping(AS_STRANGER))).toMatchObject({ code: 'auth' });
    });
  });
}
