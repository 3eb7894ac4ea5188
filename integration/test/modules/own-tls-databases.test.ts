// TLS of one's own to databases, inside workerd.
import { overTls } from '@fairlead/tls';
import { tls12 } from '@fairlead/tls/tls12';
import { databaseCases } from './own-tls-databases-cases.ts';

databaseCases(() => overTls({ versions: [tls12] }));
