// What the examples of this package use without declaring it.
declare const transport: import('@fairlead/transport').Transport;
declare const writer: import('@fairlead/bytes').Writer;
declare const url: string;
declare const password: string;
declare const connect: typeof import('@fairlead/postgres').connect;
