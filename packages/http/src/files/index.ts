// `@fairlead/http/files`: what routes that send files share.

export { type FileAnswer, type FileToSend, fileAnswer } from './answer.ts';
export type { ByteRange } from './range.ts';
