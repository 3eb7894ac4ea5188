// Values as JSON: what is published, what loops get, and messages whose payload is not JSON.
import type { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { type Message, publishJson, subscribeJson } from '../src/index.ts';
import { closeBoth, type Line, open, outcome, subscribed } from './broker.ts';

interface Reading {
  readonly celsius: number;
}

const toReading = (value: unknown): Reading => {
  if (typeof value === 'object' && value !== null && 'celsius' in value) return value as Reading;
  throw new TypeError('celsius is missing');
};

function deliver(line: Line, payload: string, messageId: number): void {
  line.send({ cmd: 'publish', topic: 'plant/7', payload, qos: 1, messageId, dup: false, retain: false });
}

describe('publishJson', () => {
  it('sends the value as JSON, and says so in MQTT 5', async () => {
    const { client, line } = await open();
    const published = publishJson(client, 'plant/7', { celsius: 21.5 }, { qos: 1, retain: true });
    const packet = await line.expect('publish');
    expect(packet).toMatchObject({ topic: 'plant/7', qos: 1, retain: true });
    expect(String(packet.payload)).toBe('{"celsius":21.5}');
    expect(packet.properties).toMatchObject({
      payloadFormatIndicator: true,
      contentType: 'application/json',
    });
    line.send({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 });
    expect(await published).toEqual({ reasonCode: 0 });
    const own = { contentType: 'application/senml+json', messageExpirySeconds: 60 };
    await publishJson(client, 'plant/7', [], { properties: own });
    expect((await line.expect('publish')).properties).toMatchObject({
      payloadFormatIndicator: true,
      contentType: 'application/senml+json',
      messageExpiryInterval: 60,
    });
    await closeBoth(client, line);
  });

  it('has no properties in MQTT 3.1.1', async () => {
    const { client, line } = await open({ protocolVersion: 4 });
    await publishJson(client, 't', null);
    expect(String((await line.expect('publish')).payload)).toBe('null');
    await closeBoth(client, line);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([undefined, () => 1, Symbol('x'), 1n, cycle])('refuses what JSON does not have', async (value) => {
    const { client, line } = await open();
    const error = await outcome(publishJson(client, 't', value));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(await outcome(publishJson(client, 't', 1, null as never))).toMatchObject({ code: 'usage' });
    await client.publish('t', 'only this');
    expect(String((await line.expect('publish')).payload)).toBe('only this');
    await closeBoth(client, line);
  });
});

describe('subscribeJson', () => {
  it('hands out parsed values', async () => {
    const { client, line } = await open();
    const readings = await subscribed(line, subscribeJson(client, 'plant/+', { qos: 1, parse: toReading }));
    deliver(line, '{"celsius":21.5}', 1);
    const iterator = readings[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    expect(value?.value).toEqual({ celsius: 21.5 });
    expect(value?.topic).toBe('plant/7');
    expect(value?.text()).toBe('{"celsius":21.5}');
    await closeBoth(client, line);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['{', 'not JSON'],
    ['{}', 'celsius is missing'],
  ])('rejects the loop at %s, and a new loop goes on behind it', async (payload, reason) => {
    const { client, line } = await open();
    const readings = await subscribed(line, subscribeJson(client, 'plant/+', { qos: 1, parse: toReading }));
    deliver(line, payload, 1);
    deliver(line, '{"celsius":3}', 2);
    const got: unknown[] = [];
    const loop = async (): Promise<void> => {
      for await (const { value } of readings) {
        got.push(value);
        await client.close();
      }
    };
    const error = (await outcome(loop())) as FairleadError;
    expect(error).toMatchObject({ code: 'protocol' });
    expect(error.message).toContain('plant/7');
    expect(error.message).toContain(reason);
    const again = loop();
    expect(await line.expect('puback')).toMatchObject({ messageId: 1 });
    await line.next();
    await again;
    expect(got).toEqual([{ celsius: 3 }]);
  });

  it('goes on by itself where onInvalid is set, and acknowledges the message', async () => {
    const { client, line } = await open();
    const invalid: [string, string][] = [];
    const onInvalid = (error: FairleadError, message: Message): void => {
      invalid.push([error.code, message.text()]);
    };
    const readings = await subscribed(line, subscribeJson<Reading>(client, 'plant/+', { qos: 1, onInvalid }));
    deliver(line, 'no', 1);
    deliver(line, '{"celsius":3}', 2);
    const { value } = await readings[Symbol.asyncIterator]().next();
    expect(value?.value.celsius).toBe(3);
    expect(invalid).toEqual([['protocol', 'no']]);
    expect(await line.expect('puback')).toMatchObject({ messageId: 1 });
    await closeBoth(client, line);
  });

  it.each(['parse', 'onInvalid'])('refuses a %s that is no function', async (name) => {
    const { client, line } = await open();
    const options = { [name]: 'x' } as never;
    expect(await outcome(subscribeJson(client, 't', options))).toMatchObject({ code: 'usage' });
    await closeBoth(client, line);
  });
});
