// A bare socket that sends the same bytes and parses nothing: what no client can beat.
import { rawSocket, resting, within } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';
import {
  BURST,
  CONNECTS,
  dial,
  IN_FLIGHT,
  PAYLOAD,
  QOS0_BATCHES,
  QOS1_BATCHES,
  QOS2_BATCHES,
  RECEIVED,
  SEQUENTIAL,
  TOPIC,
} from './scenarios.ts';

const encoder = new TextEncoder();
/** CONNECT of MQTT 3.1.1 with a clean session and no name; CONNACK is four bytes. */
const CONNECT = Uint8Array.of(0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 0);
const CONNACK_BYTES = 4;
const DISCONNECT = Uint8Array.of(0xe0, 0);
const ACK_BYTES = 4;
const SUBACK_BYTES = 5;

/** PUBLISH; every message of a burst has another packet identifier. */
function publishes(qos: 0 | 1 | 2, count: number, to: string = TOPIC): Uint8Array {
  const topic = encoder.encode(to);
  const packets = Array.from({ length: count }, (_, i) => {
    const identifier = qos === 0 ? [] : [(i + 1) >> 8, (i + 1) & 255];
    const rest = [0, topic.length, ...topic, ...identifier, ...PAYLOAD];
    return [0x30 | (qos << 1), rest.length, ...rest];
  });
  return Uint8Array.from(packets.flat());
}

/** SUBSCRIBE to one topic with QoS 0. */
function subscribe(to: string): Uint8Array {
  const topic = encoder.encode(to);
  return Uint8Array.of(0x82, topic.length + 5, 0, 1, 0, topic.length, ...topic, 0);
}

function pubrels(count: number): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: count }, (_, i) => [0x62, 2, (i + 1) >> 8, (i + 1) & 255]).flat(),
  );
}

async function opened(port: number) {
  const socket = await rawSocket(port);
  void socket.write(CONNECT);
  await socket.skip(CONNACK_BYTES);
  return {
    ...socket,
    send(bytes: Uint8Array) {
      // A write over 64 KiB is split, as the platform demands.
      for (let at = 0; at < bytes.length; at += 65_536) void socket.write(bytes.subarray(at, at + 65_536));
    },
  };
}

/** The same in a limited time, with timers of the next PINGREQ and of idleness: ours reads when that one has fired. */
async function openedWithLimits(port: number) {
  return { close: resting(await within(opened(port)), [60_000, 100]) };
}

function bursts(qos: 0 | 1 | 2, batches: number, size: number) {
  const publish = publishes(qos, size);
  const release = pubrels(size);
  return async (port: number) => {
    const socket = await opened(port);
    const result = await timed(batches * size, async () => {
      for (let i = 0; i < batches; i++) {
        if (qos === 0) await socket.write(publish.subarray(0, 65_536));
        if (qos === 0) await socket.write(publish.subarray(65_536));
        else socket.send(publish);
        if (qos > 0) await socket.skip(ACK_BYTES * size);
        if (qos < 2) continue;
        socket.send(release);
        await socket.skip(ACK_BYTES * size);
      }
      if (qos > 0) return;
      socket.send(publishes(1, 1));
      await socket.skip(ACK_BYTES);
    });
    await socket.close();
    return result;
  };
}

/** From publish to arrival: it subscribes, and counts the bytes that come back. */
async function receive(port: number) {
  const socket = await opened(port);
  const topic = `${TOPIC}/${crypto.randomUUID()}`;
  const publish = publishes(0, BURST, topic);
  socket.send(subscribe(topic));
  await socket.skip(SUBACK_BYTES);
  let left = (RECEIVED / BURST) * publish.length;
  const result = await timed(RECEIVED, async () => {
    const arrived = socket.until((chunk) => {
      left -= chunk.length;
      return left <= 0;
    });
    for (let i = 0; i < RECEIVED / BURST; i++) {
      for (let at = 0; at < publish.length; at += 65_536)
        await socket.write(publish.subarray(at, at + 65_536));
    }
    await arrived;
  });
  await socket.close();
  return result;
}

/** A connection with one message that ends in good order: behind DISCONNECT it waits until the broker has taken all. */
async function connectAndLeave(port: number): Promise<void> {
  const socket = await opened(port);
  socket.send(publishes(1, 1));
  await socket.skip(ACK_BYTES);
  socket.send(DISCONNECT);
  await socket.each(() => {});
  await socket.close();
}

const connects = (connect: (port: number) => Promise<unknown>) => (port: number) =>
  timed(CONNECTS, async () => {
    for (let i = 0; i < CONNECTS; i++) await connect(port);
  });

const rawSubject: Subject = {
  dial: dial(opened),
  connect: connects(bursts(1, 1, 1)),
  qos0: bursts(0, QOS0_BATCHES, BURST),
  qos1: bursts(1, QOS1_BATCHES, IN_FLIGHT),
  qos2: bursts(2, QOS2_BATCHES, IN_FLIGHT),
  sequential: bursts(1, SEQUENTIAL, 1),
  receive,
};

export default rounds({
  'raw socket': rawSubject,
  'raw socket, time limits': { dial: dial(openedWithLimits) },
  'raw socket, DISCONNECT': { connect: connects(connectAndLeave) },
});
