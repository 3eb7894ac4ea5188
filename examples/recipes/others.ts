// Recipes for MySQL, MQTT, mail, IRC and Gopher: copy a function.
import { fetch as fetchGopher } from '@fairlead/gopher';
import { connect as connectIrc, type IrcOptions } from '@fairlead/irc';
import type { Client as MqttClient } from '@fairlead/mqtt';
import type { Client as MysqlClient } from '@fairlead/mysql';
import type { SmtpClient } from '@fairlead/smtp';
import { sendMail } from '@fairlead/smtp/mime';

/** MySQL: inserts one row, and gives its number, which may be beyond 2^53 and is a string. */
export async function insertReading(db: MysqlClient, sensor: string, value: number): Promise<string> {
  const { lastInsertId } = await db.execute('insert into dock_readings (sensor, value) values (?, ?)', [
    sensor,
    value,
  ]);
  return lastInsertId;
}

/** MySQL: sums a table of any size in flat memory. */
export async function sum(db: MysqlClient, sensor: string): Promise<number> {
  let total = 0;
  for await (const { value } of db.stream<{ value: number }>(
    'select value from dock_readings where sensor = ?',
    [sensor],
  )) {
    total += value;
  }
  return total;
}

/** MQTT: the retained value of a topic, or undefined where there is none after a moment. */
export async function retained(
  client: MqttClient,
  topic: string,
  waitMs: number,
): Promise<string | undefined> {
  await using messages = await client.subscribe(topic, { qos: 1 });
  const over = AbortSignal.timeout(waitMs);
  over.addEventListener('abort', () => void messages.unsubscribe(), { once: true });
  for await (const message of messages) if (message.retain) return message.text();
  return undefined;
}

/** Mail: a text with a picture in its HTML, and an attachment. */
export async function sendReport(
  smtp: SmtpClient,
  from: string,
  to: string,
  csv: string,
  png: Uint8Array,
): Promise<string> {
  const { messageId } = await sendMail(smtp, {
    from,
    to,
    subject: 'The report of today',
    text: 'The report is attached.',
    html: '<p>The report is attached.</p><img src="cid:chart">',
    attachments: [
      { filename: 'report.csv', content: csv, contentType: 'text/csv' },
      { filename: 'chart.png', content: png, contentType: 'image/png', cid: 'chart', disposition: 'inline' },
    ],
  });
  return messageId;
}

/** IRC: says one thing in a channel, knows whether it was taken, and leaves. */
export async function announce(options: IrcOptions, channel: string, text: string): Promise<void> {
  await using irc = await connectIrc({ ...options, channels: [channel] });
  await irc.say(channel, text);
}

/** Gopher: the links of a menu as JSON. */
export async function links(url: string): Promise<{ name: string; url: string | undefined }[]> {
  const items = await (await fetchGopher(url)).menu();
  return items
    .filter(({ type }) => type !== 'i')
    .map(({ display, url: link }) => ({ name: display, url: link }));
}
