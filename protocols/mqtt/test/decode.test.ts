// The decoder: mqtt-packet's packets cut every way, what is malformed, and noise.
import { type FairleadError, isFairleadError } from '@fairlead/errors';
import { concatBytes, feedAllWays, splitBytes } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { reasonFor } from '../src/errors.ts';
import { Decoder, type DecoderOptions } from '../src/wire/decode/decoder.ts';
import { type Loose, unwire, wire } from './broker.ts';
import { Dice } from './dice.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 500);
const OPTIONS: DecoderOptions = { version: 5, maxPacketBytes: 100_000, topicAliasMaximum: 4 };
const NAMES = [
  '',
  '',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  '',
  'suback',
  '',
  'unsuback',
  '',
  'pingresp',
  'disconnect',
  'auth',
];

interface Seen {
  readonly cmd: string | undefined;
  readonly [field: string]: unknown;
}

/** What lies in the decoder, in one shape for all packets. */
function snapshot(type: number, decoder: Decoder): Seen {
  const cmd = NAMES[type];
  if (cmd === 'pingresp') return { cmd };
  if (cmd === 'publish') {
    const { topic, qos, retain, duplicate, packetIdentifier, subscriptionIdentifiers, properties } = decoder;
    return {
      cmd,
      topic,
      payload: decoder.payload.slice(),
      qos,
      retain,
      duplicate,
      packetIdentifier: qos > 0 ? packetIdentifier : 0,
      subscriptionIdentifiers,
      properties: { ...properties, subscriptionIdentifier: undefined },
    };
  }
  const { packetIdentifier, reasonCode, reasonCodes, properties } = decoder;
  const isList = cmd === 'suback' || cmd === 'unsuback';
  return {
    cmd,
    packetIdentifier,
    reasonCode: isList ? reasonCodes : reasonCode,
    properties: { ...properties },
  };
}

function decodeAll(chunks: Iterable<Uint8Array>, options: DecoderOptions = OPTIONS): Seen[] {
  const decoder = new Decoder(options);
  const all: Seen[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let type = decoder.next(); type !== 0; type = decoder.next()) all.push(snapshot(type, decoder));
    decoder.keep();
  }
  return all;
}

/** A packet of mqtt-packet in the same shape. */
function expected(packet: Loose): Seen {
  const { cmd, messageId, properties = {}, qos } = packet;
  if (cmd === 'pingresp') return { cmd };
  const own: Record<string, unknown> = { ...(properties as Record<string, unknown>) };
  if (own.payloadFormatIndicator !== undefined)
    own.payloadFormatIndicator = Number(own.payloadFormatIndicator);
  if (own.correlationData !== undefined) own.correlationData = new Uint8Array(own.correlationData as Buffer);
  if (own.userProperties !== undefined) {
    own.userProperties = Object.entries(own.userProperties as Record<string, string | string[]>).flatMap(
      ([name, value]) => [value].flat().map((each) => [name, each]),
    );
  }
  if (cmd !== 'publish') {
    return {
      cmd,
      packetIdentifier: messageId,
      reasonCode: packet.granted ?? packet.reasonCode ?? 0,
      properties: own,
    };
  }
  return {
    cmd,
    topic: packet.topic,
    payload: new Uint8Array(packet.payload as Buffer),
    qos,
    retain: packet.retain,
    duplicate: packet.dup,
    packetIdentifier: qos ? messageId : 0,
    subscriptionIdentifiers:
      own.subscriptionIdentifier === undefined ? [] : [own.subscriptionIdentifier].flat(),
    properties: { ...own, subscriptionIdentifier: undefined },
  };
}

describe('decoder', () => {
  it('decodes what mqtt-packet generates, as mqtt-packet parses it', () => {
    const dice = new Dice(20261121);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = concatBytes(Array.from({ length: 1 + dice.below(4) }, () => wire(dice.fromBroker())));
      const theirs = unwire(bytes).map(expected);
      expect(decodeAll(splitBytes(bytes, { mode: 'random', seed: round, maxChunkBytes: 4000 }))).toEqual(
        theirs,
      );
    }
  });

  it('does not mind where the bytes are cut', () => {
    const packets: Loose[] = [
      {
        cmd: 'publish',
        topic: 'a/b',
        payload: 'x'.repeat(130),
        qos: 1,
        messageId: 7,
        retain: false,
        dup: true,
      },
      { cmd: 'puback', messageId: 1, reasonCode: 0 },
      {
        cmd: 'publish',
        topic: 'a/b',
        payload: '',
        qos: 0,
        retain: true,
        dup: false,
        properties: { contentType: 'c', userProperties: { n: 'v' } },
      },
      { cmd: 'suback', messageId: 2, granted: [0, 1], properties: { reasonString: 'r' } },
    ];
    const bytes = concatBytes(packets.map((packet) => wire(packet)));
    const whole = decodeAll([bytes.slice()]);
    expect(whole.length).toBe(4);
    feedAllWays(bytes, decodeAll, (seen) => expect(seen).toEqual(whole));
  });

  it('says how much is surely missing', () => {
    const decoder = new Decoder(OPTIONS);
    const bytes = wire({ cmd: 'publish', topic: 't', payload: 'x'.repeat(1000), qos: 0 });
    decoder.push(bytes.subarray(0, 100));
    expect([decoder.next(), decoder.wanted]).toEqual([0, bytes.length - 100]);
  });

  it('knows topics by their aliases', () => {
    const publish = (topic: string, topicAlias?: number) =>
      wire({ cmd: 'publish', topic, payload: '', qos: 0, properties: { topicAlias } });
    const bytes = concatBytes([
      publish('a', 1),
      publish('', 1),
      publish('b', 1),
      publish('c', 4),
      publish('', 1),
      publish('', 4),
    ]);
    expect(decodeAll([bytes]).map(({ topic }) => topic)).toEqual(['a', 'a', 'b', 'c', 'b', 'c']);
  });

  it('takes a packet of just maxPacketBytes, and refuses one byte more before it has come', () => {
    const bytes = wire({ cmd: 'publish', topic: 't', payload: 'x'.repeat(500), qos: 0 });
    expect(decodeAll([bytes], { ...OPTIONS, maxPacketBytes: bytes.length }).length).toBe(1);
    const attempt = () => decodeAll([bytes.subarray(0, 3)], { ...OPTIONS, maxPacketBytes: bytes.length - 1 });
    expect(attempt).toThrow(expect.objectContaining({ code: 'limit', blame: 'peer' }));
    // 256 MiB are announced in five bytes.
    expect(() => decodeAll([Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f)])).toThrow(/268435460 bytes/);
  });
});

const malformed = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/[\da-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Bytes from a broker, the reason code that it is told, and what it is told about. MQTT 5 unless said otherwise. */
const CASES: readonly (readonly [what: string, hex: string, reason: number, message: RegExp, version?: 4])[] =
  [
    ['HTTP instead of MQTT', '485454502f312e31', 0x81, /is it MQTT at all/],
    ['SSH instead of MQTT', '5353482d322e30', 0x81, /is it MQTT at all/],
    ['a TLS alert', '15030300020228', 0x82, /is it MQTT at all/],
    ['type 0', '0000', 0x82, /type 0 from the broker/],
    ['CONNECT from the broker', '1000', 0x82, /type 1/],
    ['SUBSCRIBE from the broker', '8200', 0x82, /type 8/],
    ['PINGREQ from the broker', 'c000', 0x82, /type 12/],
    ['DISCONNECT in MQTT 3.1.1', 'e000', 0x82, /type 14/, 4],
    ['AUTH in MQTT 3.1.1', 'f000', 0x82, /type 15/, 4],
    ['PUBACK with flags', '41020001', 0x81, /flags 1/],
    ['PUBREL without its flag', '60020001', 0x81, /flags 0/],
    ['a remaining length of five bytes', '30ffffffff01', 0x81, /more than 4 bytes/],
    ['a remaining length with a needless byte', '40828000', 0x81, /too long/],
    ['QoS 3', '3605000174000100', 0x81, /flags that exclude each other/],
    ['DUP with QoS 0', '38040001 7400', 0x81, /flags that exclude each other/],
    ['a topic longer than the packet', '3004000974 00', 0x81, /too short/],
    ['a PUBLISH without room for its identifier', '3203000174', 0x81, /too short/],
    ['a PUBLISH without properties', '3003000174', 0x81, /too short/],
    ['a topic with #', '3004 0001 23 00', 0x81, /wildcard/],
    ['a topic with +', '3004 0001 2b 00', 0x81, /wildcard/],
    ['a topic with a NUL', '3004 0001 00 00', 0x81, /NUL/],
    ['a topic that is not UTF-8', '3004 0001 ff 00', 0x81, /UTF-8/],
    ['a topic with half a surrogate pair', '3006 0003 eda080 00', 0x81, /UTF-8/],
    ['an empty topic', '3003 0000 00', 0x82, /without a topic/],
    ['an empty topic in MQTT 3.1.1', '3002 0000', 0x82, /without a topic/, 4],
    ['packet identifier 0 in PUBLISH', '3206 0001 74 0000 00', 0x82, /identifier 0/],
    ['packet identifier 0 in PUBACK', '40020000', 0x82, /identifier 0/],
    ['topic alias 0', '3007 0001 74 03 23 0000', 0x94, /alias 0/],
    ['a topic alias above the maximum', '3007 0001 74 03 23 0005', 0x94, /alias 5/],
    ['an unknown topic alias', '3006 0000 03 23 0002', 0x94, /alias 2/],
    ['a property that is not known', '3006 0001 74 02 7f00', 0x81, /property 127/],
    ['a property of another packet', '3009 0001 74 05 1100000000', 0x82, /property 17/],
    ['a property twice', '3008 0001 74 04 0101 0101', 0x82, /stands twice/],
    ['a flag that is 2', '3006 0001 74 02 0102', 0x82, /neither/],
    ['subscription identifier 0', '3006 0001 74 02 0b00', 0x82, /is 0/],
    ['properties longer than the packet', '3006 0001 74 09 0101', 0x81, /too short/],
    ['a property cut short', '3006 0001 74 02 0200', 0x81, /too short/],
    ['a content type that is not UTF-8', '3008 0001 74 04 030001ff', 0x81, /too short|UTF-8/],
    ['a NUL in a user property', '300b 0001 74 07 26 000100 000161', 0x81, /NUL/],
    ['a response topic with a wildcard', '3008 0001 74 04 08000123', 0x82, /response topic/],
    ['PUBACK of one byte', '400101', 0x81, /too short/],
    ['PUBACK with a code of SUBACK', '4003000102', 0x82, /reason code 2/],
    ['PUBACK with bytes behind it', '40050001000000', 0x81, /too long/],
    ['PUBACK of three bytes in MQTT 3.1.1', '4003000100', 0x81, /too long/, 4],
    ['PUBREL with a code of PUBACK', '6203000110', 0x82, /reason code 16/],
    ['CONNACK with reserved flags', '2003020000', 0x81, /reserved flags/],
    ['CONNACK that refuses and has a session', '2003018700', 0x82, /refusal with a session/],
    ['CONNACK with an unknown code', '2003004200', 0x82, /reason code 66/],
    ['CONNACK with Receive Maximum 0', '2006000003210000', 0x82, /receiveMaximum is 0/],
    ['CONNACK with an unknown code in MQTT 3.1.1', '20020009', 0x81, /return code 9/, 4],
    ['SUBACK with an unknown code', '900400010009', 0x82, /reason code 9/],
    ['SUBACK in MQTT 3.1.1 with QoS 3', '9003000103', 0x82, /reason code 3/, 4],
    ['UNSUBACK with a payload in MQTT 3.1.1', 'b003000100', 0x81, /too long/, 4],
    ['PINGRESP with a payload', 'd00100', 0x81, /too long/],
    ['DISCONNECT with an unknown code', 'e00142', 0x82, /reason code 66/],
    ['DISCONNECT with a session expiry', 'e007000511 00000000', 0x82, /property 17/],
    ['AUTH with an unknown code', 'f0021700', 0x82, /reason code 23/],
  ];

describe('what is malformed', () => {
  it.each(CASES.map((each) => ({ what: each[0], each })))('$what', ({ each }) => {
    const [, hex, reason, message, version = 5] = each;
    const bytes = malformed(hex.replaceAll(' ', ''));
    feedAllWays(
      bytes,
      (chunks): unknown => {
        try {
          return decodeAll(chunks, { ...OPTIONS, version });
        } catch (error) {
          return error;
        }
      },
      (error) => {
        expect(error).toMatchObject({ code: 'protocol', message: expect.stringMatching(message) });
        expect(reasonFor(error as FairleadError)).toBe(reason);
      },
    );
  });

  it('lets nothing but FairleadError escape from noise', () => {
    const dice = new Dice(7);
    for (let round = 0; round < ROUNDS * 5; round++) {
      const bytes = dice.below(2) === 0 ? dice.bytes(60) : wire(dice.fromBroker()).slice();
      for (let flips = dice.below(4); flips > 0; flips--) bytes[dice.below(bytes.length)] = dice.below(256);
      try {
        decodeAll(splitBytes(bytes, { mode: 'random', seed: round }), {
          ...OPTIONS,
          version: dice.pick([4, 5]),
        });
      } catch (error) {
        expect(isFairleadError(error), String(error)).toBe(true);
      }
    }
  });
});
