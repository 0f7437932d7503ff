import { createServer, type Socket } from 'node:net';

import { listen } from '../../servers/ports';

export interface Scripted {
  port: number;
  opened: number;
  /** The commands of all connections, and the lines of the messages. */
  lines: string[];
  open(): number;
  stop(): Promise<void>;
}

/** Answers each line, given its number on the connection, with text, or with an end, or (undefined) not at all. */
export async function startScripted(
  reply: (line: string, connection: number, socket: Socket) => string | undefined,
  greeting = '220 scripted ESMTP',
): Promise<Scripted> {
  const sockets = new Set<Socket>();
  const scripted: Scripted = {
    port: 0,
    opened: 0,
    lines: [],
    open: () => sockets.size,
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((socket) => {
    const connection = ++scripted.opened;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.write(`${greeting}\r\n`);
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        scripted.lines.push(line);
        const text = reply(line, connection, socket);
        if (text && socket.writable) socket.write(`${text}\r\n`);
      }
    });
  });
  scripted.port = await listen(server);
  return scripted;
}

/** Says yes to every command. */
export function agreeable(line: string, capabilities: string[] = ['AUTH PLAIN']): string | undefined {
  if (/^EHLO/.test(line)) {
    return ['250-scripted', ...capabilities.map((one) => `250-${one}`), '250 OK'].join('\r\n');
  }
  return ANSWERS[/^(\.$|[A-Z]+)/.exec(line)?.[0] ?? ''];
}

const ANSWERS: Record<string, string> = {
  AUTH: '235 welcome',
  MAIL: '250 OK',
  RCPT: '250 OK',
  DATA: '354 go on',
  '.': '250 taken',
  RSET: '250 OK',
  QUIT: '221 bye',
};
