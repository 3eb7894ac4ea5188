// workerSocket inside workerd, against servers that misbehave.
import { transportCompliance } from '@fairlead/testkit/compliance';
import { inject } from 'vitest';
import { workerSocket } from '../src/workerd.ts';

transportCompliance('workerSocket', workerSocket, {
  ...inject('puppets'),
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: true,
    platformWrites: 'the platform shows no single write; bindingSocket, on the same channel, records them',
    resets: true,
    starttls: true,
    backpressure: true,
    halfClose: true,
  },
});
