import { connect, createServer, type Socket } from 'node:net';

import { listen } from './ports';

/*
 * Gmail's extensions of IMAP in front of a real server, which keeps labels and threads as keywords
 * (https://developers.google.com/workspace/gmail/imap/imap-extensions). Everything else is the server's own.
 */

export interface GmailProxy {
  port: number;
  /** What clients sent, without tags, before it was translated. */
  commands: string[];
  stop(): Promise<void>;
}

const LABEL = 'XGML';
const THREAD = 'XGMT';

/** Labels as Gmail writes them; the server beneath knows each by its number, because it limits the length of a keyword. */
const known: string[] = [];

function labelKeyword(label: string): string {
  if (!known.includes(label)) known.push(label);
  return `${LABEL}${known.indexOf(label)}`;
}

/** The keyword by which the server beneath keeps the thread of a message. */
export const threadKeyword = (thread: string): string => THREAD + thread;

const OWN_ITEMS = /\bX-GM-(?:MSGID|THRID|LABELS)\b/g;

/** @param port of a server without TLS */
export async function startGmailProxy(port: number): Promise<GmailProxy> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, 'localhost');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let asked: string[] = [];
    client.on(
      'data',
      lines((line) => {
        const [, tag = '', command = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
        commands.push(command);
        const problem = tag && problemIn(command);
        if (problem) {
          client.write(`${tag} BAD ${problem}\r\n`);
          return undefined;
        }
        if (/^(?:UID )?FETCH /.test(command)) asked = command.match(OWN_ITEMS) ?? [];
        if (/^(?:UID )?STORE \S+ [+-]X-GM-LABELS/.test(command)) asked = ['X-GM-LABELS'];
        return translated(line);
      }, upstream),
    );
    upstream.on(
      'data',
      lines((line) => {
        if (/^\* \d+ FETCH \(/.test(line)) return withOwnItems(line, asked);
        // After the login, as Gmail itself: before it, nobody is known to be at Gmail.
        return line
          .replace(/(CAPABILITY IMAP4rev1)/, '$1 X-GM-EXT-1')
          .replace(/ (?:UTF8=ACCEPT|IMAP4rev2)/g, '');
      }, client),
    );
  });
  return {
    port: await listen(server),
    commands,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Splits what arrives into lines, translates each that is to be passed on, and passes literals on as they are. */
function lines(translate: (line: string) => string | undefined, to: Socket): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  let literal = 0;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      if (literal > 0) {
        const part = rest.subarray(0, literal);
        literal -= part.length;
        rest = rest.subarray(part.length);
        to.write(part);
        if (literal > 0) return;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) return;
      const line = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 2);
      literal = Number(/\{(\d+)\+?\}$/.exec(line)?.[1] ?? 0);
      const translation = translate(line);
      if (translation !== undefined) to.write(`${translation}\r\n`, 'latin1');
    }
  };
}

const ASTRING = /"(?:[^"\\]|\\["\\])*"|\\?[^\s()"{%*\\]+/g;
const read = (astring: string): string =>
  astring.startsWith('"') ? astring.slice(1, -1).replace(/\\(["\\])/g, '$1') : astring;

/** What Gmail would not take. */
function problemIn(command: string): string | undefined {
  if (!command.includes('X-GM-')) return undefined;

  if (/[^\x20-\x7e]/.test(command)) return 'Could not parse command';
  const [, labels] = /STORE \S+ [+-]?X-GM-LABELS(?:\.SILENT)? (.*)$/.exec(command) ?? [];
  if (labels !== undefined && !/^\((?:\S.*)?\)$/.test(labels)) return 'Could not parse command';
  if (labels?.slice(1, -1).replace(ASTRING, '').trim()) return 'Could not parse command';
  if (/X-GM-THRID (?!"?\d{1,20}"?(?: |\)|$))/.test(command) && command.includes('SEARCH')) return 'Bad THRID';
  return undefined;
}

function translated(line: string): string {
  switch (/^\S+ (?:UID )?(FETCH|SEARCH|STORE) /.exec(line)?.[1]) {
    case 'FETCH':
      return /X-GM-/.test(line)
        ? line
            .replace(/ ?\bX-GM-(?:MSGID|THRID|LABELS)\b/g, '')
            .replace(/(FETCH \S+ \() ?(?:FLAGS ?)?/, '$1FLAGS ')
        : line;
    case 'STORE':
      return line.replace(
        /([+-])X-GM-LABELS(\.SILENT)? \((.*)\)$/,
        (_, sign: string, silent = '', list: string) => {
          const keywords = (list.match(ASTRING) ?? []).map((label) => labelKeyword(read(label)));
          return `${sign}FLAGS${silent} (${keywords.join(' ')})`;
        },
      );
    case 'SEARCH':
      return line.replace(
        /X-GM-(LABELS|THRID|RAW) ("(?:[^"\\]|\\.)*"|[^\s()]+)/g,
        (_, key: string, value: string) => {
          if (key === 'RAW') return rawSearch(read(value));
          return `KEYWORD ${key === 'THRID' ? threadKeyword(read(value)) : labelKeyword(read(value))}`;
        },
      );
    default:
      return line;
  }
}

/** The part of Gmail's language that the tests use: `subject:word has:attachment`, and words. */
const rawSearch = (query: string): string =>
  [...query.matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)]
    .map(([, field, phrase, word = phrase ?? '']) => {
      if (field === 'label') return `KEYWORD ${labelKeyword(word)}`;
      return `${field === 'subject' ? 'SUBJECT' : 'TEXT'} "${word.replace(/["\\]/g, '\\$&')}"`;
    })
    .join(' ');

/** Adds what was asked for to the answer, and hides the keywords. */
function withOwnItems(line: string, asked: readonly string[]): string {
  const [, flags = ''] = /FLAGS \(([^)]*)\)/.exec(line) ?? [];
  const of = (prefix: string) =>
    flags.split(' ').flatMap((flag) => (flag.startsWith(prefix) ? [flag.slice(prefix.length)] : []));
  const labels = of(LABEL)
    .map((number) => known[Number(number)]!)
    .map((label) => `"${label.replace(/["\\]/g, '\\$&')}"`);
  const values: Record<string, string> = {
    'X-GM-MSGID': '1278455344230334865',
    'X-GM-THRID': of(THREAD)[0] ?? '1',
    'X-GM-LABELS': `(${labels.join(' ')})`,
  };
  const shown = flags.split(' ').filter((flag) => !flag.startsWith(LABEL) && !flag.startsWith(THREAD));
  const hidden = line.replace(`FLAGS (${flags})`, `FLAGS (${shown.join(' ')})`);
  const items = asked.map((item) => `${item} ${values[item]}`).join(' ');
  return items ? hidden.replace('FETCH (', `FETCH (${items} `) : hidden;
}
