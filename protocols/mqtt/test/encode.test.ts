// The encoder: what it writes, read by mqtt-packet, and against what mqtt-packet writes.
import { Writer } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { encodeConnect, encodeFilters, encodeReason } from '../src/wire/encode/control.ts';
import { encodeAcknowledgement, encodePing, encodePublish, readdress } from '../src/wire/encode/publish.ts';
import { AUTH, DISCONNECT, PUBREL } from '../src/wire/packet-types.ts';
import type { ConnectRequest, Publication, Version } from '../src/wire/packets.ts';
import { type Loose, unwire, wire } from './broker.ts';
import { Dice } from './dice.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 500);
const MAX = 1 << 20;

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(MAX);
  write(writer);
  return writer.take();
}

/** As mqtt-packet wants them, so that it keeps their order. */
const pairs = (properties: readonly (readonly [string, string])[] | undefined) =>
  properties?.map(([name, value]) => ({ [name]: value }));

const buffer = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes));

function publication(dice: Dice): Publication {
  return {
    topic: dice.text() || 't',
    payload: dice.below(2) === 0 ? dice.text() : dice.bytes(dice.pick([1, 50, 20_000])),
    qos: dice.pick([0, 1, 2]),
    retain: dice.below(2) === 1,
    properties: undefined,
  };
}

describe('encoder', () => {
  it('writes PUBLISH as mqtt-packet does', () => {
    const dice = new Dice(1);
    for (let round = 0; round < ROUNDS; round++) {
      const version = dice.pick<Version>([4, 5]);
      const base = publication(dice);
      const messageId = base.qos > 0 ? 1 + dice.below(65_535) : undefined;
      const userProperties = dice.userProperties();
      // In the order of their identifiers, as ours are.
      const properties = {
        payloadFormatIndicator: dice.maybe(() => dice.below(2) === 1),
        messageExpiryInterval: dice.maybe(() => dice.below(2 ** 32)),
        contentType: dice.maybe(() => dice.text()),
        responseTopic: dice.maybe(() => dice.text() || 'r'),
        correlationData: buffer(dice.maybe(() => dice.bytes(20))),
        userProperties: pairs(userProperties),
      };
      const own = {
        payloadIsText: properties.payloadFormatIndicator,
        messageExpirySeconds: properties.messageExpiryInterval,
        contentType: properties.contentType,
        responseTopic: properties.responseTopic,
        correlationData: properties.correlationData,
        userProperties,
      };
      const packet: Publication = version === 5 ? { ...base, properties: own } : base;
      const limits = { version, maximumPacketBytes: undefined };
      const payload = typeof base.payload === 'string' ? base.payload : buffer(base.payload);
      const theirs = {
        cmd: 'publish' as const,
        ...base,
        payload,
        messageId,
        properties: version === 5 ? properties : undefined,
      };
      expect(written((writer) => encodePublish(writer, packet, messageId ?? 0, limits))).toEqual(
        wire(theirs, version),
      );
    }
  });

  it('writes acknowledgements and PINGREQ as mqtt-packet does', () => {
    const types = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;
    for (const [index, cmd] of types.entries()) {
      for (const [version, reasonCode] of [
        [4, 0],
        [5, 0],
        [5, 0x92],
        [5, 0x10],
      ] as const) {
        const code = reasonCode === 0 || cmd === 'pubrel' || cmd === 'pubcomp' ? reasonCode && 0x92 : 0x87;
        const ours = written((writer) => encodeAcknowledgement(writer, 4 + index, 0x1234, code, version));
        const [packet] = unwire(ours, version);
        expect(packet).toMatchObject({
          cmd,
          messageId: 0x1234,
          ...(version === 5 ? { reasonCode: code } : {}),
        });
        if (code === 0) expect(ours).toEqual(wire({ cmd, messageId: 0x1234, reasonCode: 0 }, version));
      }
    }
    expect(written((writer) => encodeAcknowledgement(writer, PUBREL, 1, 0, 5))[0]).toBe(0x62);
    expect(written(encodePing)).toEqual(wire({ cmd: 'pingreq' }));
  });

  it('changes the identifier and DUP of an encoded PUBLISH', () => {
    for (const size of [1, 200, 20_000]) {
      const packet = {
        topic: 'a/ä',
        payload: 'x'.repeat(size),
        qos: 1 as const,
        retain: true,
        properties: undefined,
      };
      const limits = { version: 5 as const, maximumPacketBytes: undefined };
      const bytes = written((writer) => encodePublish(writer, packet, 1, limits));
      readdress(bytes, 0xfffe, true);
      expect(unwire(bytes)[0]).toMatchObject({ messageId: 0xfffe, dup: true, retain: true, topic: 'a/ä' });
      readdress(bytes, 1, false);
      expect(bytes).toEqual(written((writer) => encodePublish(writer, packet, 1, limits)));
    }
  });

  it('writes CONNECT as mqtt-packet does', () => {
    const dice = new Dice(2);
    for (let round = 0; round < ROUNDS / 4; round++) {
      const protocolVersion = dice.pick<Version>([4, 5]);
      const isNew = protocolVersion === 5;
      const clean = dice.below(2) === 1;
      const username = dice.maybe(() => dice.text());
      const password = username === undefined ? undefined : dice.maybe(() => dice.bytes(20));
      const userProperties = isNew ? dice.userProperties() : undefined;
      const willProperties = {
        contentType: dice.maybe(() => dice.text()),
        userProperties: dice.userProperties(),
      };
      const will = dice.maybe(() => ({
        topic: dice.text() || 'w',
        payload: dice.bytes(30),
        qos: dice.pick([0, 1, 2] as const),
        retain: dice.below(2) === 1,
        delaySeconds: isNew ? dice.below(100) : undefined,
        properties: isNew ? willProperties : undefined,
      }));
      const request: ConnectRequest = {
        protocolVersion,
        clientId: `c${dice.text()}`,
        username,
        password,
        keepAliveSeconds: dice.below(65_536),
        sessionExpirySeconds: dice.below(100),
        receiveMaximum: 1 + dice.below(1000),
        maxPacketBytes: 1000,
        topicAliasMaximum: dice.below(20),
        requestResponseInformation: dice.maybe(() => true),
        userProperties,
        will,
        authentication: isNew
          ? dice.maybe(() => ({ method: 'M', respond: async () => undefined }))
          : undefined,
      };
      if (request.authentication !== undefined) Object.assign(request, { initialData: dice.bytes(9) });
      const theirs: Loose = {
        cmd: 'connect',
        protocolVersion,
        clientId: request.clientId,
        clean,
        keepalive: request.keepAliveSeconds,
        username,
        password: buffer(password),
        properties: {
          sessionExpiryInterval: request.sessionExpirySeconds || undefined,
          authenticationMethod: request.authentication?.method,
          authenticationData: buffer(request.initialData),
          requestResponseInformation: request.requestResponseInformation,
          receiveMaximum: request.receiveMaximum,
          topicAliasMaximum: request.topicAliasMaximum,
          userProperties: pairs(userProperties),
          maximumPacketSize: 1000,
        },
        will: will && {
          ...will,
          payload: buffer(will.payload),
          properties: {
            contentType: willProperties.contentType,
            willDelayInterval: will.delaySeconds || undefined,
            userProperties: pairs(willProperties.userProperties),
          },
        },
      };
      expect(written((writer) => encodeConnect(writer, request, clean))).toEqual(
        wire(theirs, protocolVersion),
      );
    }
  });

  it('writes SUBSCRIBE, UNSUBSCRIBE, DISCONNECT and AUTH as mqtt-packet does', () => {
    const filters = [
      {
        filter: 'a/#',
        qos: 2 as const,
        noLocal: true,
        retainAsPublished: true,
        retainHandling: 'never' as const,
      },
      { filter: '$share/g/ä', qos: 1 as const, retainHandling: 'send-if-new' as const },
      { filter: 'x' },
    ];
    for (const version of [4, 5] as const) {
      const subscriptions = [
        { topic: 'a/#', qos: 2, nl: true, rap: true, rh: 2 },
        { topic: '$share/g/ä', qos: 1, nl: false, rap: false, rh: 1 },
        { topic: 'x', qos: 0, nl: false, rap: false, rh: 0 },
      ];
      const plain = filters.map(({ filter, qos }) => ({ filter, qos }));
      const properties = { subscriptionIdentifier: [300], userProperties: [['n', 'v']] as const };
      const request = { isSubscribe: true, filters: version === 5 ? filters : plain, properties };
      const theirs = { subscriptionIdentifier: 300, userProperties: { n: 'v' } };
      expect(written((writer) => encodeFilters(writer, request, 77, version, undefined))).toEqual(
        wire(
          { cmd: 'subscribe', messageId: 77, subscriptions, properties: version === 5 ? theirs : undefined },
          version,
        ),
      );
      const end = { isSubscribe: false, filters, properties: {} };
      expect(written((writer) => encodeFilters(writer, end, 78, version, undefined))).toEqual(
        wire({ cmd: 'unsubscribe', messageId: 78, unsubscriptions: ['a/#', '$share/g/ä', 'x'] }, version),
      );
    }
    const expiry = { sessionExpiryInterval: 5 };
    expect(written((writer) => encodeReason(writer, DISCONNECT, 4, expiry, 5))).toEqual(
      wire({ cmd: 'disconnect', reasonCode: 4, properties: expiry }),
    );
    expect(written((writer) => encodeReason(writer, DISCONNECT, 4, expiry, 4))).toEqual(
      wire({ cmd: 'disconnect' }, 4),
    );
    const answer = { authenticationMethod: 'M', authenticationData: new Uint8Array([1, 2]) };
    expect(written((writer) => encodeReason(writer, AUTH, 0x18, answer, 5))).toEqual(
      wire({
        cmd: 'auth',
        reasonCode: 0x18,
        properties: { ...answer, authenticationData: Buffer.from([1, 2]) },
      }),
    );
  });

  it('writes nothing of what it refuses', () => {
    const writer = new Writer(MAX);
    const limits = { version: 5 as const, maximumPacketBytes: 100 };
    const base = { topic: 't', payload: 'x', qos: 0 as const, retain: false, properties: undefined };
    for (const bad of [
      { topic: '#' },
      { payload: '\ud800' },
      { payload: 'x'.repeat(200) },
      { properties: { contentType: '\0' } },
    ]) {
      try {
        encodePublish(writer, { ...base, ...bad }, 0, limits);
        expect.unreachable();
      } catch (error) {
        expect(isFairleadError(error), String(error)).toBe(true);
      }
    }
    expect(writer.length).toBe(0);
  });
});
