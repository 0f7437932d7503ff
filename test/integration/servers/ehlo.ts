import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { LOOPBACK } from '../../servers/ports';

/** What a plain SMTP port says that it can do (RFC 5321 section 4.1.1.1), in capitals. */
export async function offersOf(port: number): Promise<string[]> {
  const socket = connect(port, LOOPBACK);
  socket.setTimeout(5000, () => socket.destroy());
  const offers: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    if (line.startsWith('220')) socket.write('EHLO client.test\r\n');
    else offers.push(line.slice(4).toUpperCase());
    if (line.startsWith('250 ')) break;
  }
  socket.destroy();
  return offers;
}
