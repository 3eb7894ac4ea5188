// Ours. From bytes it does what the client does: lines by the shared decoder, strict UTF-8, then the parser.
import { decodeUtf8, decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { connect, parseMessage, parseSource } from '@fairlead/irc';
import { rounds } from '../round.ts';
import { dial } from './dial.ts';
import { eachChunk, eachLine } from './lines.ts';

const decoderOptions = { maxLineBytes: 16_384, lineEnd: 'lenient' } as const;

function lazily(lines: readonly string[]): number {
  let sum = 0;
  for (const line of lines) sum += parseMessage(line).params.length + 1;
  return sum;
}

function withTags(lines: readonly string[]): number {
  let sum = 0;
  for (const line of lines) {
    const { tags, params } = parseMessage(line);
    sum += (tags.time?.length ?? 0) + params.length + 1;
  }
  return sum;
}

function withSources(lines: readonly string[]): number {
  let sum = 0;
  for (const line of lines) sum += wholly(line);
  return sum;
}

function wholly(line: string): number {
  const { tags, params, source } = parseMessage(line);
  return (tags.time?.length ?? 0) + params.length + parseSource(source).host.length + 1;
}

function bytesLazily() {
  const decoder = new LineDecoder(decoderOptions);
  return (chunk: Uint8Array) => {
    let messages = 0;
    decoder.push(chunk);
    for (let line = decoder.next(); line !== undefined; line = decoder.next()) {
      if (parseMessage(decodeUtf8(line) ?? decodeUtf8Lossy(line)).params.length >= 0) messages++;
    }
    decoder.keep();
    return messages;
  };
}

function bytesWholly() {
  const decoder = new LineDecoder(decoderOptions);
  return (chunk: Uint8Array) => {
    let messages = 0;
    decoder.push(chunk);
    for (let line = decoder.next(); line !== undefined; line = decoder.next()) {
      if (wholly(decodeUtf8(line) ?? decodeUtf8Lossy(line)) > 0) messages++;
    }
    decoder.keep();
    return messages;
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
    sources: eachLine(withSources),
    bytes: eachChunk(bytesLazily),
    byteTags: eachChunk(bytesWholly),
    dial: dial(open),
  },
});
