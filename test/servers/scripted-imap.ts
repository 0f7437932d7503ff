import { createServer, type Socket } from 'node:net';

import { listen } from './ports';

export const hangUp = Symbol('hang up');

/**
 * What the server answers to a command, given without its tag, a literal in place of its size: untagged lines, and at
 * the end a line that begins with OK, NO or BAD (an OK is added where there is none). `undefined`: what any server
 * says. `silence`: nothing more. `hangUp`: the end. Each character is one byte.
 */
export type ImapAnswers = (command: string) => string | undefined | typeof hangUp;
export const silence = 'silence';

export interface ScriptedImap {
  port: number;
  /** Without tags. */
  commands: string[];
  open(): number;
  /** Says something to all clients without being asked. */
  say(untagged: string): void;
  stop(): Promise<void>;
}

/** A message as the server knows it, by its UID. */
export interface ScriptedMessage {
  uid: number;
  subject?: string;
  flags?: string;
  /** As it is to stand in the answer. */
  bodyStructure?: string;
  text?: string;
  /** What is answered with NIL, such as BODY[1]. */
  nil?: RegExp;
}

const PLAIN = '("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 4 1 NIL NIL NIL NIL)';

/** The answer to a FETCH for one message: everything that may have been asked for. */
export function fetched(
  number: number,
  one: ScriptedMessage,
  command = 'HEADER.FIELDS BODYSTRUCTURE',
): string {
  const { uid, subject = `Number ${uid}`, flags = '', bodyStructure = PLAIN, text = 'Text', nil } = one;
  const contentType =
    bodyStructure.includes('"mixed"') && bodyStructure.startsWith('((')
      ? 'Content-Type: multipart/mixed; boundary=b\r\n'
      : '';
  const header = `Subject: ${subject}\r\nFrom: Ada <ada@example.test>\r\nMessage-ID: <${uid}@example.test>\r\n${contentType}\r\n`;
  const literal = (name: string, bytes: string) =>
    nil?.test(name) ? `${name} NIL` : `${name} {${bytes.length}}\r\n${bytes}`;
  const parts = [...command.matchAll(/BODY\.PEEK\[([\d.]*(?:MIME|TEXT)?)\](<0)?/g)].map(
    ([, part = '', partial]) =>
      literal(
        `BODY[${part}]${partial ? '<0>' : ''}`,
        part === '' ? header + text : part.endsWith('MIME') ? '' : text,
      ),
  );
  const items = [
    `UID ${uid}`,
    /FLAGS/.test(command) && `FLAGS (${flags})`,
    /INTERNALDATE/.test(command) && 'INTERNALDATE " 2-Feb-2026 10:00:00 +0000"',
    /SIZE/.test(command) && `RFC822.SIZE ${header.length + text.length}`,
    /BODYSTRUCTURE/.test(command) && `BODYSTRUCTURE ${bodyStructure}`,
    /HEADER\.FIELDS/.test(command) && literal('BODY[HEADER.FIELDS (SUBJECT FROM)]', header),
    /\[HEADER\]/.test(command) && literal('BODY[HEADER]', header),
    ...parts,
  ];
  return `* ${number} FETCH (${items.filter(Boolean).join(' ')})\r\n`;
}

/** The numbers of a set such as 1:3,5:*. */
export function inSet(set: string, last: number): (n: number) => boolean {
  const ranges = set.split(',').map((range) => {
    const [from = 0, to = from] = range.split(':').map((end) => (end === '*' ? last : Number(end)));
    return [Math.min(from, to), Math.max(from, to)] as const;
  });
  return (n) => ranges.some(([from, to]) => n >= from && n <= to);
}

/** What any server says of these messages in every folder. */
export function usual(messages: readonly ScriptedMessage[], command: string): string {
  const [name = '', ...words] = command.replace(/^UID (?=FETCH|SEARCH)/, '').split(' ');
  const byUid = command.startsWith('UID ');
  const highest = Math.max(0, ...messages.map(({ uid }) => uid));
  switch (name) {
    case 'CAPABILITY':
      return '* CAPABILITY IMAP4rev1\r\n';
    case 'LIST':
      return words[1] === '""' ? '* LIST (\\Noselect) "/" ""\r\n' : '* LIST () "/" INBOX\r\n';
    case 'SELECT':
      return (
        `* ${messages.length} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT ${highest + 1}]\r\n` +
        '* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Answered \\Deleted \\Draft \\*)]\r\nOK [READ-WRITE] done'
      );
    case 'FETCH': {
      const wanted = inSet(words[0] ?? '', byUid ? highest : messages.length);
      return messages
        .map((one, i) => (wanted(byUid ? one.uid : i + 1) ? fetched(i + 1, one, command) : ''))
        .join('');
    }
    case 'SEARCH': {
      const [, isUid, set = '1:*'] = /^(UID )?([\d:,*]+)$/.exec(words.join(' ')) ?? [];
      const wanted = inSet(set, isUid ? highest : messages.length);
      if (/\bDELETED\b/.test(command)) return '* SEARCH\r\n';
      const found = messages.filter(({ uid }, i) => wanted(isUid ? uid : i + 1)).map(({ uid }) => ` ${uid}`);
      return `* SEARCH${found.join('')}\r\n`;
    }
    case 'IDLE':
      return `+ idling\r\n${silence}`;
    case 'LOGOUT':
      return '* BYE\r\n';
    default:
      return '';
  }
}

/** An IMAP server that says what it is told to, and else what any server says. */
export async function startScriptedImap(
  answers: ImapAnswers,
  { messages = [] as readonly ScriptedMessage[], greeting = '* OK ready\r\n' } = {},
): Promise<ScriptedImap> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (greeting) socket.write(greeting, 'latin1');
    let idling = '';
    const reply = (line: string) => {
      const [, tag = idling, command = line] = /^(\S+) ([^]*)$/.exec(line) ?? [];
      if (command === 'IDLE') idling = tag;
      commands.push(command);
      const answer = answers(command) ?? usual(messages, command);
      if (answer === hangUp) return void socket.destroy();
      if (answer.endsWith(silence)) return void socket.write(answer.slice(0, -silence.length), 'latin1');
      const [, untagged = '', end = ''] = /^([^]*?)((?:OK|NO|BAD)\b[^\r\n]*)?$/.exec(answer) ?? [];
      socket.write(`${untagged}${tag} ${end || 'OK done'}\r\n`, 'latin1');
      if (command === 'LOGOUT') socket.end();
    };
    let held = '';
    let before = '';
    let literal = 0;
    socket.on('data', (chunk: Buffer) => {
      held += chunk.toString('latin1');
      for (;;) {
        if (held.length < literal) return;
        before += held.slice(0, literal);
        held = held.slice(literal);
        literal = 0;
        const end = held.indexOf('\r\n');
        if (end < 0) return;
        const line = before + held.slice(0, end);
        held = held.slice(end + 2);
        const announced = /\{(\d+)\+?\}$/.exec(line);
        before = announced ? line.slice(0, announced.index) : '';
        literal = Number(announced?.[1] ?? 0);
        if (!announced) reply(line);
        else if (!announced[0].includes('+')) socket.write('+ go on\r\n');
      }
    });
  });
  const port = await listen(server);
  return {
    port,
    commands,
    open: () => sockets.size,
    say: (untagged) => sockets.forEach((socket) => socket.write(untagged, 'latin1')),
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
