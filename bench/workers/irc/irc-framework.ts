// irc-framework's parser, and its own way from a socket's bytes to lines. It always decodes the tags and cuts up the source.
import { Buffer } from 'node:buffer';
import { Client, ircLineParser } from 'irc-framework';
import Connection from 'irc-framework/src/transports/net.js';
import { rounds } from '../round.ts';
import { dial } from './dial.ts';
import { eachChunk, eachLine } from './lines.ts';

const read = (line: string) => {
  const { tags, params, hostname } = ircLineParser(line);
  return (tags.time?.length ?? 0) + params.length + hostname.length + 1;
};

const lines = eachLine((all) => {
  let sum = 0;
  for (const line of all) sum += read(line);
  return sum;
});
const bytes = eachChunk(() => {
  let messages = 0;
  const connection = new Connection();
  connection.incoming_buffer = Buffer.alloc(0);
  connection.on('line', (line) => {
    if (read(line) > 0) messages++;
  });
  return (chunk) => {
    messages = 0;
    connection.onSocketData(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return messages;
  };
});

const open = async (port: number) => {
  const client = new Client({ host: '127.0.0.1', port, nick: 'bench', auto_reconnect: false });
  const motd = Promise.withResolvers<void>();
  client.on('motd', () => motd.resolve());
  client.connect();
  await motd.promise;
  return async () => client.quit();
};

export default rounds({
  'irc-framework': { lines, tags: lines, sources: lines, bytes, byteTags: bytes, dial: dial(open) },
});
