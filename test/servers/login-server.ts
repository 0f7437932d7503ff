import { createServer, type Socket } from 'node:net';

import { listen } from './ports';

export type LoginProtocol = 'imap' | 'pop3' | 'smtp';

/** Ends the connection in place of an answer. */
export const HANG_UP = 'hang up';
/** Says nothing in place of an answer. */
export const SILENCE = 'silence';

export interface LoginScript {
  /** What follows CAPABILITY, CAPA or EHLO in the answer, e.g. `['AUTH=PLAIN', 'SASL-IR']`; `undefined`: the command is refused. */
  capabilities?: readonly string[];
  /**
   * The answers to a mechanism or a command for a password, in order: the first to the command itself, each other one to
   * the line that follows. `+` and what stands after it is a challenge, everything else is in the protocol's own words,
   * without IMAP's tag. Several lines are one answer. Without an entry: unknown.
   */
  turns: Readonly<Record<string, readonly string[]>>;
}

export interface LoginServer {
  port: number;
  /** The login commands, `XOAUTH2 …` with a response, and the lines within a login, `…` for a long one. */
  heard: string[];
  /** Every line. */
  lines: string[];
  stop(): Promise<void>;
}

const WORDS = {
  imap: { ready: '* OK ready', yes: 'OK done', no: 'BAD unknown command', ask: '+ ' },
  pop3: { ready: '+OK ready', yes: '+OK', no: '-ERR unknown command', ask: '+ ' },
  smtp: { ready: '220 ready ESMTP', yes: '250 OK', no: '502 unknown command', ask: '334 ' },
} as const;

const shown = (text: string): string => (text.length > 12 ? '…' : text);

/** A server of any protocol for the login, that says what it is told to. After it, any command succeeds but for SMTP's MAIL. */
export async function startLoginServer(
  protocol: LoginProtocol,
  { capabilities, turns }: LoginScript,
): Promise<LoginServer> {
  const words = WORDS[protocol];
  const heard: string[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();

  const listed = (tag: string): string => {
    if (!capabilities) return `${tag}${words.no}`;
    if (protocol === 'imap') return `* CAPABILITY IMAP4rev1 ${capabilities.join(' ')}\r\n${tag}OK done`;
    if (protocol === 'pop3') return ['+OK', ...capabilities, '.'].join('\r\n');
    return ['250-ready', ...capabilities.map((one) => `250-${one}`), '250 OK'].join('\r\n');
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const say = (text: string) => void (socket.writable && socket.write(`${text}\r\n`));
    let tag = '';
    let left: string[] = [];
    const next = () => {
      const answer = left.shift();
      if (answer === undefined) return;
      if (answer === SILENCE) return;
      if (answer === HANG_UP) return void socket.destroy();
      say(
        answer
          .split('\r\n')
          .map((line) =>
            line.startsWith('+') && !/^\+OK/i.test(line)
              ? words.ask + line.slice(1).trim()
              : /^(\*|\d{3}-) /.test(line)
                ? line
                : tag + line,
          )
          .join('\r\n'),
      );
    };
    const onLine = (line: string) => {
      lines.push(line);
      if (left.length > 0) {
        heard.push(shown(line));
        return next();
      }
      const [, given = '', name = '', rest = ''] =
        (protocol === 'imap' ? /^(\S+ )(\S+) ?(.*)$/ : /^()(\S*) ?(.*)$/).exec(line) ?? [];
      tag = given;
      if (/^(CAPABILITY|CAPA|EHLO)$/.test(name)) return say(listed(tag));
      // What comes after the login is enough to know that it succeeded.
      if (name === 'MAIL') return say('550 no mail here');
      const isSasl = /^AUTH/.test(name);
      const [mechanism = '', ...initial] = rest.split(' ');
      const way = isSasl ? mechanism : name;
      if (!isSasl && !/^(LOGIN|USER)$/.test(name))
        return say(protocol === 'pop3' && /^(LIST|UIDL)/.test(name) ? '+OK\r\n.' : tag + words.yes);
      heard.push(isSasl && initial.length > 0 ? `${way} …` : way);
      left = [...(turns[way] ?? [words.no])];
      next();
    };
    say(words.ready);
    let rest = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      const given = (rest + text).split('\r\n');
      rest = given.pop() ?? '';
      given.forEach(onLine);
    });
  });
  return {
    port: await listen(server),
    heard,
    lines,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
