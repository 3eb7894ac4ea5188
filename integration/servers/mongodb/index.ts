// What the benches take of the gateway. The run itself takes start.ts.

export { Commands } from './commands.ts';
export { Engine } from './engine.ts';
export { Gateway } from './gateway.ts';
export { type ScramKeys, ScramLogin } from './scram.ts';
export { Sessions } from './sessions.ts';
export { MessageSplitter, parseRequest, type Request, replyTo } from './wire.ts';
