// A bare socket whose view is set aside when it is read: as short as a connection can be written. The bounded core waits for
// its opening and closing no longer than it should.
import { rawByte, type Wait, within } from '../raw.ts';
import { rounds, type Subject } from '../round.ts';
import { connections } from './scenarios.ts';

const core = (wait?: Wait): Subject => ({
  connect: connections((port) => rawByte(port, false, wait)),
  connectTls: connections((port) => rawByte(port, true, wait)),
});

export default rounds({ 'bare core': core(), 'bounded core': core(within) });
