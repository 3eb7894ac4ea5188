// ioredis, as it comes and with its pipelining.
import { openIoredis } from '../clients/ioredis.ts';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  ioredis: subject(openIoredis(false)),
  'ioredis autopipe': subject(openIoredis(true)),
});
