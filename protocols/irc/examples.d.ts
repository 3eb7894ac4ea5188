// What the examples of this package use without declaring it: an open client.
declare const irc: import('@fairlead/irc').IrcClient;
