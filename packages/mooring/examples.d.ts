// What the examples of this package's doc comments may use without declaring it.
declare const connector: import('@fairlead/transport').Connector;
