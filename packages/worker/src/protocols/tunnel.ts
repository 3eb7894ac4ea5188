// `@fairlead/worker/tunnel`: the WebSocket subprotocol of `/tcp/tunnel`, for programs at its other end that import no protocol.
export * from '@fairlead/tcp/tunnel';
