import { isUtf8 } from 'node:buffer';

import type { ImapFlow, ImapFlowError } from 'imapflow';

import { CopyUids } from './copy-uid';
import { withQuotedName } from './bare-names';
import type { Answer, Attribute, Execute } from './exec-or-throw';
import { foldersIn, withServersNames } from './folder-arguments';
import { FolderNames, hasOtherForms } from './folder-names';
import { overheardOf } from './overheard';
import { withoutSections } from './preview-item';
import { standardize, type Untagged } from './standard-answer';

/*
 * Sits between imapflow and the server. Responses that imapflow does not understand are rewritten in the form of the
 * standard, and folder names in imapflow's commands are replaced with the server's own bytes.
 */

type Handler = (untagged: Untagged) => unknown;

interface Options {
  untagged?: Record<string, Handler>;
}

interface Line {
  payload: Buffer;
}

/** The parts of imapflow that its types do not declare. */
interface Internals {
  exec: Execute;
  handleResponse: (line: Line) => Promise<boolean>;
}

/** What a server says to show that it is still there, such as "* OK Still here" (RFC 9051 section 7.1.1). */
const IS_CHATTER = /^\* (?:OK|NO|BAD|BYE) /i;

const NAMES_A_FOLDER = /^\* (?:LIST|LSUB|XLIST|STATUS) /i;

/** The name of a response with data. */
const NAMED = /^\* (?:\d+ )?([A-Z]+)\b/i;

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
    const namesAFolder = NAMES_A_FOLDER.test(start);
    isLatin1 = namesAFolder && !isUtf8(line.payload);
    const overheard = overheardOf(flow);
    if (IS_CHATTER.test(start)) overheard.chatter += line.payload.length + 2;
    if (namesAFolder) {
      line.payload = Buffer.from(
        withQuotedName(line.payload.toString('latin1')),
        isLatin1 ? 'utf8' : 'latin1',
      );
    }
    const before = overheard.leftOut;
    const isUnderstood = await handleResponse.call(flow, line);
    const name = NAMED.exec(start)?.[1]?.toUpperCase() ?? '';
    const { leftOutOf } = overheard;
    if (overheard.leftOut > before) leftOutOf.set(name, (leftOutOf.get(name) ?? 0) + 1);
    return isUnderstood;
  };

  const send = async (
    command: string,
    attributes: Attribute[] | false,
    options: Options = {},
  ): Promise<Answer> => {
    let answers = 0;
    const copyUids = new CopyUids(command, attributes);
    const untagged = Object.fromEntries(
      Object.entries(options.untagged ?? {}).map(([name, handler]) => [
        name,
        (answer: Untagged) => {
          answers += 1;
          // Otherwise an endless response would never stop. FETCH is exempt: it has one response per message.
          if (answers > MOST_ANSWERS && name !== 'FETCH') endless(flow);
          copyUids.standardize(answer);
          standardize(name, answer, names, isLatin1);
          return handler(answer);
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
    copyUids.standardize(answer.response);
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
