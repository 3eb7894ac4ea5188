// A bare socket whose view is set aside when it is read: as short as a connection can be written.
import { rawByte } from '../raw.ts';
import { rounds, type Subject } from '../round.ts';
import { connections } from './scenarios.ts';

const core: Subject = {
  connect: connections((port) => rawByte(port, false)),
  connectTls: connections((port) => rawByte(port, true)),
};

export default rounds({ 'bare core': core });
