import { createServer, type Socket } from 'node:net';

import { listen } from '../../servers/ports';
import { usual, type ScriptedMessage } from '../../servers/scripted-imap';

export interface HostileServer {
  url: string;
  ca?: string;
  /** Who logs in there; anybody where it is not said. */
  user?: string;
  stop(): Promise<void>;
}
/** What is said to a command: text, or text without end. */
export interface MailAttack {
  protocol: 'imap' | 'pop3';
  /** The command that it answers, without a tag; nothing matches the greeting. */
  at: RegExp;
  /** What is said once, in which {tag} stands for the command's. */
  say?: string;
  /** What is said again and again after it. */
  flood?: string;
}

const MESSAGES: readonly ScriptedMessage[] = [{ uid: 1 }, { uid: 2 }];
const POP3: Readonly<Record<string, string>> = {
  CAPA: '+OK\r\nUSER\r\nUIDL\r\nTOP\r\n.\r\n',
  STAT: '+OK 1 100\r\n',
  LIST: '+OK\r\n1 100\r\n.\r\n',
  UIDL: '+OK\r\n1 abc\r\n.\r\n',
  TOP: '+OK\r\nSubject: One\r\n\r\n.\r\n',
  RETR: '+OK\r\nSubject: One\r\n\r\nText\r\n.\r\n',
};

/** A server that is like any other up to one command. */
export async function startHostile({ protocol, at, say = '', flood }: MailAttack): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.write(protocol === 'imap' ? '* OK ready\r\n' : '+OK ready\r\n');
    const chunk =
      flood === undefined ? undefined : Buffer.from(flood.repeat(Math.ceil(65_536 / flood.length)));
    const pour = () => {
      while (chunk && socket.writable && socket.write(chunk));
      if (chunk && socket.writable) socket.once('drain', pour);
    };
    let held = '';
    socket.on('data', (bytes: Buffer) => {
      held += bytes.toString('latin1');
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        const [, tag = '', command = ''] =
          protocol === 'imap' ? (/^(\S+) (.*)$/.exec(line) ?? []) : ['', '', line];
        if (at.test(command)) {
          socket.write(say.replaceAll('{tag}', tag), 'latin1');
          pour();
        } else if (protocol === 'pop3') {
          socket.write(POP3[command.split(' ')[0] ?? ''] ?? '+OK\r\n');
        } else {
          const [, untagged = '', status = ''] =
            /^([^]*?)((?:OK|NO|BAD)\b[^\r\n]*)?$/.exec(usual(MESSAGES, command)) ?? [];
          socket.write(`${untagged}${tag} ${status || 'OK done'}\r\n`, 'latin1');
        }
      }
    });
  });
  return {
    url: `${protocol}://localhost:${await listen(server)}`,
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
