// Name constraints, RFC 5280 section 4.2.1.10: each form, wildcards, what is malformed, who they apply to, how much work they are.
import { describe, expect, it } from 'vitest';
import { authority, faultOf, server, verify } from './chains.ts';
import { context, element, integer, oid, primitive, sequence, text } from './der-writer.ts';
import { extension, generalName, type TestCertificate } from './make-certificate.ts';

type Names = readonly (string | Uint8Array)[];

const der = (names: Names): Uint8Array[] =>
  names.map((name) => (typeof name === 'string' ? generalName(name) : name));

/** Whether a server of these names is allowed below an authority of these constraints. */
async function allows(
  constraints: { readonly permitted?: Names; readonly excluded?: Names },
  san: Names,
  subject = 'CN=server',
): Promise<boolean> {
  const { permitted, excluded } = constraints;
  const root = await authority({
    nameConstraints: {
      ...(permitted && { permitted: der(permitted) }),
      ...(excluded && { excluded: der(excluded) }),
    },
  });
  return isAccepted([await server(root, { san, subject, sanCritical: true })], root);
}

function isAccepted(chain: readonly TestCertificate[], root: TestCertificate): Promise<boolean> {
  return verify(chain, { anchors: [root], trust: 'any-name' }).then(
    () => true,
    (error: { reason?: string }) => {
      expect(error.reason).toBe('constraint');
      return false;
    },
  );
}

const network = (address: string, mask: string): Uint8Array =>
  primitive(7, Uint8Array.from([...address.split('.'), ...mask.split('.')].map(Number)));
const NET = network('192.0.2.0', '255.255.255.0');
const OTHER_NAME = context(0, oid('1.2.3'), context(0, text('x')));

describe('permitted and excluded', () => {
  it.each<[Names, Names, Names, boolean]>([
    [['DNS:example.com'], [], ['DNS:example.com'], true],
    [['DNS:example.com'], [], ['DNS:a.b.EXAMPLE.com'], true],
    [['DNS:example.com'], [], ['DNS:badexample.com'], false],
    [['DNS:example.com'], [], ['DNS:a.example.com', 'DNS:other.com'], false],
    [['DNS:example.com', 'DNS:other.com'], [], ['DNS:a.example.com', 'DNS:other.com'], true],
    [['DNS:'], [], ['DNS:anything.at.all'], true],
    [[], ['DNS:'], ['DNS:anything.at.all'], false],
    [[], ['DNS:example.com'], ['DNS:a.example.com'], false],
    [[], ['DNS:example.com'], ['DNS:example.org'], true],
    [['DNS:example.com'], ['DNS:example.com'], ['DNS:example.com'], false],
    [['DNS:example.com'], ['DNS:a.example.com'], ['DNS:b.example.com'], true],
    // Wildcards.
    [['DNS:example.com'], [], ['DNS:*.example.com'], true],
    [['DNS:foo.example.com'], [], ['DNS:*.example.com'], false],
    [[], ['DNS:bar.example.com'], ['DNS:*.example.com'], false],
    [[], ['DNS:a.bar.example.com'], ['DNS:*.example.com'], true],
    [[], ['DNS:example.com'], ['DNS:*.example.com'], false],
    [[], ['DNS:bar.example.com'], ['DNS:*.example.org'], true],
    // Other forms are not touched, until they are there.
    [[NET], [], ['DNS:example.com'], true],
    [['DNS:example.com'], [], ['IP:10.0.0.1'], true],
    [[NET], [], ['IP:192.0.2.9'], true],
    [[NET], [], ['IP:192.0.3.9'], false],
    [[NET], [], [`IP:${'00'.repeat(15)}01`], false],
    [[], [NET], ['IP:192.0.2.9'], false],
    [[], [NET], [`IP:${'00'.repeat(15)}01`], true],
    [[], [network('0.0.0.0', '0.0.0.0')], ['IP:192.0.2.9'], false],
    [['email:example.com'], [], ['email:a@EXAMPLE.com'], true],
    [['email:example.com'], [], ['email:a@b.example.com'], false],
    [['email:.example.com'], [], ['email:a@b.example.com'], true],
    [['email:.example.com'], [], ['email:a@example.com'], false],
    [['email:a@example.com'], [], ['email:a@example.com'], true],
    [['email:*@example.com'], [], ['email:a@example.com'], false],
    [[], ['email:example.com'], ['email:a@example.com'], false],
    [[], [OTHER_NAME], ['DNS:example.com'], true],
    [[], [OTHER_NAME], [OTHER_NAME], false],
    [[OTHER_NAME], [], [OTHER_NAME], false],
    [['URI:.example.com'], [], ['URI:https://a.example.com/'], false],
    [[], ['URI:.example.com'], ['URI:https://a.example.org/'], false],
    // A name that is not in order is inside of nothing.
    [['DNS:example.com'], [], ['DNS:.example.com'], false],
    [[], ['DNS:example.com'], ['DNS:.example.com'], false],
    [[], ['DNS:example.com'], ['DNS:example.com\0.org'], false],
    [[NET], [], [NET], false],
    [[], ['email:example.com'], ['email:a@b@example.com'], false],
    // Nor is a constraint that is not in order, whatever the names are.
    [['DNS:.example.com'], [], ['DNS:a.example.com'], false],
    [['DNS:*.example.com'], [], ['DNS:a.example.com'], false],
    [[], ['DNS:example.com.'], ['DNS:a.example.org'], false],
    [[], [primitive(7, Uint8Array.of(192, 0, 2, 0))], ['DNS:a.example.org'], false],
    [[], [network('10.0.0.0', '255.0.255.0')], ['DNS:a.example.org'], false],
    [[], ['email:a@b@example.com'], ['DNS:a.example.org'], false],
  ])('%# %j, not %j: %j', async (permitted, excluded, san, verdict) => {
    const constraints = {
      ...(permitted.length > 0 && { permitted }),
      ...(excluded.length > 0 && { excluded }),
    };
    expect(await allows(constraints, san)).toBe(verdict);
  });

  it('directory names, of the subject too', async () => {
    const permitted = ['DirName:O=House,OU=A'];
    expect(await allows({ permitted }, ['DNS:a.b'], 'O=House,OU=A,CN=server')).toBe(true);
    expect(await allows({ permitted }, ['DNS:a.b'], 'O= house ,OU=a,CN=server')).toBe(true);
    expect(await allows({ permitted }, ['DNS:a.b'], 'O=House,CN=server')).toBe(false);
    expect(await allows({ permitted }, ['DNS:a.b'], 'OU=A,O=House,CN=server')).toBe(false);
    expect(await allows({ permitted }, ['DNS:a.b'], '')).toBe(true);
    expect(await allows({ permitted }, ['DirName:O=Else'], 'O=House,OU=A')).toBe(false);
    expect(await allows({ excluded: permitted }, ['DNS:a.b'], 'O=HOUSE,OU=A,CN=x')).toBe(false);
    expect(await allows({ excluded: permitted }, ['DNS:a.b'], 'O=House,CN=x')).toBe(true);
    expect(await allows({ excluded: ['DirName:'] }, ['DNS:a.b'], 'O=House,CN=x')).toBe(false);
  });

  it('mail addresses in the subject, where there are no other names', async () => {
    const root = await authority({ nameConstraints: { permitted: der(['email:example.com']) } });
    const leaf = (mail: string): Promise<TestCertificate> =>
      server(root, {
        subject: `CN=server,emailAddress=${mail}`,
        onlyExtensions: [extension('1.2.3', text('x'))],
      });
    expect(await isAccepted([await leaf('a@example.com')], root)).toBe(true);
    expect(await isAccepted([await leaf('a@example.org')], root)).toBe(false);
  });
});

describe('whom they apply to', () => {
  it('everything below, authorities too; but not those that signed for themselves', async () => {
    const nameConstraints = { permitted: der(['DNS:example.com']) };
    const root = await authority({ nameConstraints });
    const named = await authority({ subject: 'CN=Lower', signer: root, san: ['DNS:other.org'] });
    const leaf = await server(named, { san: ['DNS:a.example.com'] });
    expect(await isAccepted([leaf, named], root)).toBe(false);
    const selfIssued = await authority({ signer: root, san: ['DNS:other.org'] });
    expect(
      await isAccepted([await server(selfIssued, { san: ['DNS:a.example.com'] }), selfIssued], root),
    ).toBe(true);
    const own = await server(root, { subject: root.subject, san: ['DNS:other.org'] });
    expect(await isAccepted([own], root)).toBe(false);
  });

  it('each authority narrows, and none widens', async () => {
    const permit = (...names: string[]) => ({ nameConstraints: { permitted: der(names) } });
    const root = await authority(permit('DNS:a.com', 'DNS:b.com'));
    const narrow = await authority({
      subject: 'CN=Lower',
      signer: root,
      ...permit('DNS:b.com', 'DNS:c.com'),
    });
    for (const [name, verdict] of [
      ['a.com', false],
      ['b.com', true],
      ['c.com', false],
    ] as const) {
      expect(await isAccepted([await server(narrow, { san: [name] }), narrow], root), name).toBe(verdict);
    }
  });

  it('another path is taken where one of them forbids', async () => {
    const strict = await authority({
      subject: 'CN=Strict',
      nameConstraints: { excluded: der(['DNS:a.com']) },
    });
    const free = await authority({ subject: 'CN=Free' });
    const one = await authority({ subject: 'CN=Lower', signer: strict });
    const other = await authority({ subject: 'CN=Lower', signer: free, key: one.key });
    const leaf = await server(one, { san: ['a.com'] });
    await verify([leaf, one, other], { anchors: [strict, free], name: 'a.com' });
  });
});

it('the message names the name and what is wrong', async () => {
  const dotted = await authority({ nameConstraints: { permitted: der(['DNS:.example.com']) } });
  const fault = await faultOf([await server(dotted)], { anchors: [dotted] });
  expect(fault.message).toContain('leading dot');
  const excluding = await authority({ nameConstraints: { excluded: der(['DNS:example.com']) } });
  const other = await faultOf([await server(excluding)], { anchors: [excluding] });
  expect(other).toMatchObject({ alert: 'bad_certificate', certificate: { subject: 'CN=server' } });
  expect(other.message).toContain('has the name DNS:db.example.com, which is excluded');
});

it.each([
  ['empty', sequence()],
  ['an empty list', sequence(context(0))],
  ['NULL', sequence(element(5))],
  [
    'the wrong order',
    sequence(context(1, sequence(generalName('a.b'))), context(0, sequence(generalName('a.b')))),
  ],
  ['a minimum', sequence(context(0, sequence(generalName('a.b'), primitive(0, Uint8Array.of(1)))))],
  ['a maximum', sequence(context(0, sequence(generalName('a.b'), primitive(1, Uint8Array.of(1)))))],
  ['something behind it', sequence(context(0, sequence(generalName('a.b'))), integer(1))],
])('malformed: %s', async (_what, value) => {
  const root = await authority();
  const middle = await authority({
    subject: 'CN=Middle',
    signer: root,
    extensions: [extension('2.5.29.30', value, true)],
  });
  expect(await faultOf([await server(middle), middle], { anchors: [root] })).toMatchObject({
    alert: 'bad_certificate',
  });
});

it('thousands of names against thousands of constraints are refused before they are compared', async () => {
  const many = Array.from({ length: 2048 }, (_, at) => `t${at}.test`);
  const nameConstraints = { permitted: der(many), excluded: der(many.map((name) => `x${name}`)) };
  const root = await authority({ nameConstraints });
  const leaf = await server(root, { san: many });
  expect(await faultOf([leaf], { anchors: [root], name: 't0.test' })).toMatchObject({
    reason: 'constraint',
    message: expect.stringContaining('too many names for the name constraints'),
  });
});
