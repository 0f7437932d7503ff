import { isUtf8 } from 'node:buffer';

import type { ImapFlow, ImapFlowError } from 'imapflow';

import { standardAtom } from './atoms';
import { standardizeCopyUid } from './copy-uid';
import type { Answer, Attribute, Execute } from './exec-or-throw';
import { FolderNames, hasOtherForms } from './folder-names';
import { overheardOf } from './overheard';

/*
 * Sits between imapflow and the server. Responses that imapflow does not understand are rewritten in the form of the
 * standard, and folder names in imapflow's commands are replaced with the server's own bytes.
 */

/** By command, the positions of the arguments that name a folder. */
const FOLDERS_OF: Readonly<Record<string, readonly number[]>> = {
  ...{ SELECT: [0], EXAMINE: [0], STATUS: [0], CREATE: [0], DELETE: [0], SUBSCRIBE: [0], UNSUBSCRIBE: [0] },
  ...{
    APPEND: [0],
    RENAME: [0, 1],
    COPY: [1],
    MOVE: [1],
    'UID COPY': [1],
    'UID MOVE': [1],
    LIST: [1],
    LSUB: [1],
  },
};

/** Part of a response, as imapflow's parser returns it. */
type Token = { type?: string; value?: unknown; section?: Token[] } | Token[] | null | undefined;

interface Untagged {
  command?: string;
  attributes?: Token[];
}

type Handler = (untagged: Untagged) => unknown;

interface Line {
  payload: Buffer;
}

/** The parts of imapflow that its types do not declare. */
interface Internals {
  exec: Execute;
  handleResponse: (line: Line) => Promise<boolean>;
}

/** Maximum untagged responses to one command. No mailbox has so many folders, and no search needs so many lines. */
const MOST_ANSWERS = 100_000;

function endless(flow: ImapFlow): never {
  const error = Object.assign(new Error('answers without an end'), { code: 'TooManyResponses' });
  overheardOf(flow).fail(error);
  flow.close();
  throw error;
}

/** @param onFirstLine called with the first line from the server */
export function adapt(flow: ImapFlow, onFirstLine: (line: Buffer) => void): void {
  const names = new FolderNames(flow);
  const internals = flow as unknown as Internals;
  const { exec, handleResponse } = internals;
  let hasSpoken = false;
  let isLatin1 = false;

  internals.handleResponse = async (line) => {
    if (!hasSpoken) onFirstLine(line.payload);
    hasSpoken = true;
    // imapflow reads every line as UTF-8, which loses the bytes of a name in another charset.
    const start = line.payload.toString('latin1', 0, 20);
    isLatin1 = NAMES_A_FOLDER.test(start) && !isUtf8(line.payload);
    if (IS_CHATTER.test(start)) overheardOf(flow).chatter += line.payload.length + 2;
    if (isLatin1) line.payload = Buffer.from(line.payload.toString('latin1'));
    return await handleResponse.call(flow, line);
  };

  const standard = (command: string, untagged: Untagged): Untagged => {
    const [first, second, third] = untagged.attributes ?? [];
    switch (command) {
      case 'LIST':
      case 'LSUB':
      case 'XLIST': {
        standardizeAll(first);
        standardizeName(names, third, textOf(second), isLatin1);
        break;
      }
      case 'STATUS':
        standardizeName(names, first, '', isLatin1);
        break;
      case 'FLAGS':
        standardizeAll(first);
        break;
      case 'FETCH':
        standardizeAll(valueAfter(second, 'FLAGS'));
        asPart(second, 'PREVIEW');
        dropNil(second, 'INTERNALDATE');
        break;
      case 'OK': {
        const section = first && !Array.isArray(first) ? first.section : undefined;
        standardizeAll(valueAfter(section, 'PERMANENTFLAGS'));
        break;
      }
    }
    return untagged;
  };

  const send = async (
    command: string,
    attributes: Attribute[] | false,
    options: Options = {},
  ): Promise<Answer> => {
    let answers = 0;
    const untagged = Object.fromEntries(
      Object.entries(options.untagged ?? {}).map(([name, handler]) => [
        name,
        (answer: Untagged) => {
          answers += 1;
          // Otherwise an endless response would never stop. FETCH is exempt: it has one response per message.
          if (answers > MOST_ANSWERS && name !== 'FETCH') endless(flow);
          standardizeCopyUid(command, attributes, answer);
          return handler(standard(name, answer));
        },
      ]),
    );
    const written = withoutSections(command, withServersNames(names, command, attributes));
    overheardOf(flow).commands++;
    const answer = await exec.call(
      flow,
      command,
      written,
      options.untagged ? { ...options, untagged } : options,
    );
    standardizeCopyUid(command, attributes, answer.response);
    return answer;
  };

  internals.exec = async (command, attributes, options) => {
    try {
      return await send(command, attributes, options);
    } catch (error) {
      const isRefused = (error as ImapFlowError).responseStatus === 'NO';
      const named = foldersIn(command, attributes).filter(hasOtherForms);
      if (!isRefused || named.length === 0 || names.isComplete || command === 'LIST') throw error;
      // The server may spell the name differently from us. LIST shows its spelling.
      names.isComplete = true;
      const before = named.map((name) => names.bytesOf(name));
      const all: Attribute[] = ['', '*'].map((value) => ({ type: 'STRING', value }));
      (await send('LIST', all, { untagged: { LIST: () => {} } })).next();
      if (named.every((name, i) => names.bytesOf(name) === before[i])) throw error;
      return await send(command, attributes, options);
    }
  };
}

/** Data items that imapflow can ask for only as if they were parts of the message: `BODY.PEEK[PREVIEW]`. */
const NO_PARTS = new Set(['PREVIEW']);

/** Asks for an item by its own name (RFC 8970 section 3). */
function withoutSections(command: string, attributes: Attribute[] | false): Attribute[] | false {
  if (!/^(UID )?FETCH$/.test(command) || !attributes) return attributes;
  const own = (item: Attribute): Attribute => {
    const [section] = (item as { section?: Array<{ value?: string }> }).section ?? [];
    return NO_PARTS.has(section?.value ?? '') ? { type: 'ATOM', value: section!.value! } : item;
  };
  return attributes.map((one) => (Array.isArray(one) ? one.map(own) : one));
}

/** Gives an item of an answer as if it were a part of the message. */
function asPart(list: Token, name: string): void {
  if (!Array.isArray(list)) return;
  // Names and values alternate.
  const index = list.findIndex((token, at) => at % 2 === 0 && isNamed(token, name));
  if (index >= 0) list[index] = { type: 'ATOM', value: 'BODY', section: [{ type: 'ATOM', value: name }] };
}

/** Removes an item of an answer that has no value, which imapflow would take for a value: the year 1970. */
function dropNil(list: Token, name: string): void {
  if (!Array.isArray(list)) return;
  const index = list.findIndex((token, at) => at % 2 === 0 && isNamed(token, name));
  if (index >= 0 && !list[index + 1]) list.splice(index, 2);
}

interface Options {
  untagged?: Record<string, Handler>;
}

/** What a server says to show that it is still there, such as "* OK Still here" (RFC 9051 section 7.1.1). */
const IS_CHATTER = /^\* (?:OK|NO|BAD|BYE) /i;

const NAMES_A_FOLDER = /^\* (?:LIST|LSUB|XLIST|STATUS) /i;

const foldersIn = (command: string, attributes: Attribute[] | false): string[] =>
  (FOLDERS_OF[command] ?? []).flatMap((index) => {
    const attribute = (attributes || [])[index] as Attribute | string | undefined;
    const value = typeof attribute === 'string' ? attribute : (attribute as { value?: unknown })?.value;
    return typeof value === 'string' ? [value] : [];
  });

function withServersNames(
  names: FolderNames,
  command: string,
  attributes: Attribute[] | false,
): Attribute[] | false {
  const indices = FOLDERS_OF[command];
  if (!indices || !attributes) return attributes;
  return attributes.map((attribute, index) => {
    if (!indices.includes(index)) return attribute;
    const value = typeof attribute === 'string' ? attribute : (attribute as { value?: unknown })?.value;
    const bytes = typeof value === 'string' ? names.bytesOf(value) : undefined;
    if (!bytes) return attribute;
    return isUtf8(bytes) ? { type: 'STRING', value: bytes.toString() } : { type: 'LITERAL', value: bytes };
  });
}

function standardizeName(names: FolderNames, token: Token, delimiter: string, isLatin1: boolean): void {
  if (!token || Array.isArray(token)) return;
  const { value } = token;
  if (typeof value === 'string' || Buffer.isBuffer(value))
    token.value = names.read(value, delimiter, isLatin1);
}

function standardizeAll(list: Token): void {
  for (const token of Array.isArray(list) ? list : []) {
    if (token && !Array.isArray(token) && typeof token.value === 'string')
      token.value = standardAtom(token.value);
  }
}

/** The value that follows a name in a list of names and values. A literal is never a name, and can be megabytes long. */
function valueAfter(list: Token, name: string): Token {
  if (!Array.isArray(list)) return undefined;
  const index = list.findIndex((token) => isNamed(token, name));
  return index < 0 ? undefined : list[index + 1];
}

const isNamed = (token: Token, name: string): boolean =>
  !!token &&
  !Array.isArray(token) &&
  typeof token.value === 'string' &&
  token.value.length === name.length &&
  token.value.toUpperCase() === name;

function textOf(token: Token): string {
  if (!token || Array.isArray(token)) return '';
  const { value } = token;
  return typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : '';
}
