// `@fairlead/worker/ping`: what `/tcp/ping` measures with, for programs that import no protocol.
export * from '@fairlead/tcp';
