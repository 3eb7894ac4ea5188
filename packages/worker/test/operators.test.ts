// What operators ask of the composed gateway: the check of its settings, and what a token may do with the connections of SSH.
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { checkSettings } from '../src/check/index.ts';
import { createGateway } from '../src/index.ts';
import { VERSION } from '../src/version.ts';

const HUSH = 'hush-hush-4711';
const silent = `127.0.0.1:${inject('silentPort')}`;
const closed = `127.0.0.1:${inject('closedPort')}`;

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    {
      name: 'settings',
      token: 'settings-token',
      scopes: ['admin:settings'],
      origins: ['https://app.example'],
    },
    { name: 'narrow', token: 'narrow-token', scopes: ['admin:settings:dead', 'sftp:read:box'] },
  ],
  FAIRLEAD_CONNECTIONS: {
    quiet: `tcp://${silent}`,
    dead: `redis://user:${HUSH}@${closed}`,
    box: { url: `ssh://me:${HUSH}@${closed}`, insecureAcceptAnyHostKey: true },
  },
};

const gateway = createGateway();

async function get(path: string, token: string | undefined, headers: Record<string, string> = {}) {
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}-token` };
  const response = await gateway.request(path, { headers: { ...bearer, ...headers } }, ENV);
  const text = await response.text();
  expect(text).not.toContain(HUSH);
  return { status: response.status, body: JSON.parse(text) };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('GET /settings/check', () => {
  it('tells what the check of the same settings finds', async () => {
    const { status, body } = await get('/settings/check', 'settings');
    expect(status).toBe(200);
    const findings = await checkSettings(ENV, { connect: false });
    expect(body).toEqual({ connect: false, errors: 0, warnings: findings.length, findings });
    expect(findings).toContainEqual(
      expect.objectContaining({ key: 'FAIRLEAD_CONNECTIONS.box.insecureAcceptAnyHostKey' }),
    );
  });

  it('tries the connections where it is asked to, without a secret in what it says', async () => {
    const { body } = await get('/settings/check?connect=true', 'all');
    expect(body).toMatchObject({ connect: true, errors: 2 });
    const failed = body.findings.filter(({ level }: { level: string }) => level === 'error');
    expect(failed.map(({ key }: { key: string }) => key)).toEqual([
      'FAIRLEAD_CONNECTIONS.dead.url',
      'FAIRLEAD_CONNECTIONS.box.url',
    ]);
    for (const finding of failed)
      expect(finding).toMatchObject({
        message: expect.stringContaining('connect_failed'),
        fix: expect.stringContaining('Check host and port'),
      });
  });

  it('needs a token with all settings, from a page that may use it', async () => {
    expect((await get('/settings/check', undefined)).status).toBe(401);
    expect(await get('/settings/check', 'narrow')).toMatchObject({
      status: 403,
      body: { needs: 'admin:settings:*' },
    });
    expect((await get('/settings/check', 'settings', { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/settings/check', 'settings', { Origin: 'https://app.example' })).status).toBe(200);
    expect((await get('/settings/check?connect=maybe', 'all')).status).toBe(400);
    expect((await get('/settings/check?conect=true', 'all')).status).toBe(400);
  });
});

describe('GET /access', () => {
  it('shows the connections of SSH with the scopes of both of its modules', async () => {
    const { body } = await get('/access', 'all');
    expect(body).toMatchObject({ version: VERSION, admin: ['connections', 'drain', 'metrics', 'settings'] });
    expect(body.connections).toContainEqual(
      expect.objectContaining({
        name: 'box',
        protocol: 'ssh',
        scopes: {
          ssh: ['exec', 'shell', 'any'],
          sftp: ['read', 'write'],
          tcp: ['ping', 'tunnel', 'send'],
          admin: ['connections', 'drain', 'metrics'],
        },
      }),
    );
    expect((await get('/access', 'narrow')).body).toMatchObject({
      connections: [{ name: 'box', isDefault: true, scopes: { sftp: ['read'] } }],
      admin: [],
    });
  });
});
