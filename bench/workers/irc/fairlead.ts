// Ours. From bytes it does what the client does: lines by the shared decoder, strict UTF-8, then the parser.
import { decodeUtf8, decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { connect, parseMessage, parseSource } from '@fairlead/irc';
import { rounds } from '../round.ts';
import { dial } from './dial.ts';
import { eachChunk, eachLine } from './lines.ts';

type Read = (line: string) => number;

const lazily: Read = (line) => parseMessage(line).params.length + 1;

const withTags: Read = (line) => {
  const { tags, params } = parseMessage(line);
  return (tags.time?.length ?? 0) + params.length + 1;
};

const withSource: Read = (line) => {
  const { tags, params, source } = parseMessage(line);
  return (tags.time?.length ?? 0) + params.length + parseSource(source).host.length + 1;
};

function fromBytes(read: Read) {
  return () => {
    const decoder = new LineDecoder({ maxLineBytes: 16_384, lineEnd: 'lenient' });
    return (chunk: Uint8Array) => {
      let messages = 0;
      decoder.push(chunk);
      for (let line = decoder.next(); line !== undefined; line = decoder.next()) {
        if (read(decodeUtf8(line) ?? decodeUtf8Lossy(line)) > 0) messages++;
      }
      decoder.keep();
      return messages;
    };
  };
}

const open = async (port: number) => {
  const client = await connect(`irc://bench@127.0.0.1:${port}`);
  return () => client.close();
};

export default rounds({
  fairlead: {
    lines: eachLine(lazily),
    tags: eachLine(withTags),
    sources: eachLine(withSource),
    bytes: eachChunk(fromBytes(lazily)),
    byteTags: eachChunk(fromBytes(withSource)),
    dial: dial(open),
  },
});
