// The same wishes of TLS in Node, where `node:tls` honours them: by sockets, and by `overTls` over the connections of another connector.
import { overTls } from '@fairlead/tls';
import { tls12 } from '@fairlead/tls/tls12';
import { connect } from '@fairlead/transport';
import { describe } from 'vitest';
import { databaseCases } from '../modules/own-tls-databases-cases.ts';

describe('nodeSocket', () => databaseCases(() => connect));
describe('overTls', () => databaseCases(() => overTls({ versions: [tls12] }, connect)));
