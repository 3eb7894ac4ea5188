// ioredis in Node, as it comes and with its pipelining.
import { openIoredis } from '../../workers/clients/ioredis.ts';
import { subject } from '../../workers/redis/scenarios.ts';
import { rounds } from '../../workers/round.ts';
import { serve } from '../serve.ts';
import { rawRedis } from './raw.ts';

serve(
  rounds({
    'ioredis in Node': subject(openIoredis(false)),
    'ioredis autopipe in Node': subject(openIoredis(true)),
    'raw socket in Node': rawRedis,
  }),
);
