import { createServer, type Socket } from 'node:net';

import { listen } from './ports';

/** What the server answers to a command; `undefined` for nothing at all, `hangUp` for the end. */
export type Answers = (command: string) => string | undefined | typeof hangUp;
export const hangUp = Symbol('hang up');

const USUAL: Readonly<Record<string, string>> = {
  CAPA: '+OK\r\nUSER\r\nUIDL\r\nTOP\r\n.\r\n',
  USER: '+OK\r\n',
  PASS: '+OK\r\n',
  LIST: '+OK\r\n1 100\r\n.\r\n',
  UIDL: '+OK\r\n1 abc\r\n.\r\n',
  TOP: '+OK\r\nSubject: One\r\n\r\n.\r\n',
  RETR: '+OK\r\nSubject: One\r\n\r\nText\r\n.\r\n',
  DELE: '+OK\r\n',
  NOOP: '+OK\r\n',
  QUIT: '+OK\r\n',
};

export interface ScriptedPop3 {
  port: number;
  commands: string[];
  open(): number;
  stop(): Promise<void>;
}

/**
 * A POP3 server that says what it is told to, and else what any server says.
 *
 * @param pieces how many bytes it sends at a time
 */
export async function startScriptedPop3(
  answers: Answers = () => '',
  { greeting = '+OK ready\r\n', pieces = Infinity } = {},
): Promise<ScriptedPop3> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const send = async (text: string) => {
      const bytes = Buffer.from(text, 'latin1');
      for (let at = 0; at < bytes.length; at += pieces) {
        socket.write(bytes.subarray(at, at + pieces));
        if (pieces < Infinity) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    let held = '';
    let last: Promise<void> = greeting ? send(greeting) : Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const command = held.slice(0, end);
        held = held.slice(end + 2);
        commands.push(command);
        const name = command.split(' ')[0] ?? '';
        const answer = answers(command);
        if (answer === hangUp) return void socket.destroy();
        if (answer === undefined) continue;
        last = last.then(async () => await send(answer || (USUAL[name] ?? '-ERR unknown\r\n')));
      }
    });
  });
  const port = await listen(server);
  return {
    port,
    commands,
    open: () => sockets.size,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
