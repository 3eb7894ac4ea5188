// Names that the examples of this package's doc comments use without declaring them.
declare const db: import('@fairlead/mysql').Client;
