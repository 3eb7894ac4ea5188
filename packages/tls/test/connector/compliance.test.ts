// overTls over the platform's connector is a transport as every other, against servers that misbehave.
import { transportCompliance } from '@fairlead/testkit/compliance';
import { connect } from '@fairlead/transport';
import { inject } from 'vitest';
import { overTls } from '../../src/workerd.ts';

transportCompliance('overTls', overTls({ ca: inject('ca') }, connect), {
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
