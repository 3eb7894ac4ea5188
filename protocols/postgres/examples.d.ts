// What the examples of this package use without declaring it: an open client.
declare const db: import('@fairlead/postgres').Client;
