import { createServer, type Socket } from 'node:net';
import { listen } from './ports';

export interface FaultyServer {
  port: number;
  stop(): Promise<void>;
}

type Behaviour = (socket: Socket) => void;

async function misbehave(behaviour: Behaviour): Promise<FaultyServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    // Unread input would keep the server from noticing that the client has hung up.
    socket.resume();
    behaviour(socket);
  });
  return {
    port: await listen(server),
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Accepts and never says a word. */
export const startSilent = () => misbehave(() => undefined);

/** Greets and answers CAPABILITY, but never LOGIN or AUTHENTICATE. */
export const startMuteAtLogin = () =>
  misbehave((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n');
    socket.on('data', (chunk: Buffer) => {
      const tag = /^(\S+) (CAPABILITY|ID|NOOP)\b/i.exec(chunk.toString('latin1'))?.[1];
      if (tag) socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`);
    });
  });

/** Speaks another protocol: what a web server's port answers. */
export const startRubbish = () =>
  misbehave((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n\u0000\u0001\r\n'));

/** Closes as soon as it has accepted. */
export const startClosing = () => misbehave((socket) => socket.end());

/** Refuses before the login, as servers do that are full. */
export const startBye = () =>
  misbehave((socket) => socket.end('* BYE Too many connections, try again later\r\n'));

/** Takes any login's commands and refuses it with these words, e.g. `[ALERT] Web login required`. */
export const startRefusing = (words: string) =>
  misbehave((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR] ready\r\n');
    socket.on('data', (chunk: Buffer) => {
      const [, tag, command = ''] = /^(\S+) (\w+)/.exec(chunk.toString('latin1')) ?? [];
      const refused = /^(LOGIN|AUTHENTICATE)$/i.test(command);
      if (tag) socket.write(refused ? `${tag} NO ${words}\r\n` : `${tag} OK done\r\n`);
    });
  });
