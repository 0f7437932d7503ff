import type { ImapFlow, ImapFlowError } from 'imapflow';

import { MailError } from '../errors';
import { uniqueFolders } from './unique-folders';
import { folderRefused } from './folder-refused';
import { prefixHint } from './namespace';
import { refusalIn, type Refusal } from './refusal';
import { folderMissing, plainPath } from './special-use';

/** The folder that a command is about, and the folder to create. */
interface Names {
  source?: string;
  target?: string;
}

/** Runs a folder command. If the server refuses it, explains why in plain words (RFC 5530). */
export async function explained<T>(flow: ImapFlow, names: Names, command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    const refusal = refusalIn(error);
    const isNo = (error as ImapFlowError).responseStatus === 'NO';
    throw refusal && isNo ? await explain(flow, names, refusal) : error;
  }
}

async function explain(flow: ImapFlow, { source, target }: Names, refusal: Refusal): Promise<Error> {
  const { words } = refusal;
  switch (refusal.code) {
    case 'HASCHILDREN':
      return refused(`The folder "${source}" holds other folders (${words})`, 'Delete those folders first.');
    case 'INUSE':
      return refused(`The folder "${source}" is in use (${words})`, 'Try again later.');
    case 'CANNOT':
      return refused(
        `The server cannot do this with the folder "${target ?? source}" (${words})`,
        `Use another name, without signs that the server keeps for itself.${await prefixHint(flow, target)} Some folders cannot be changed at all.`,
      );
  }
  // Not every server gives a code.
  const paths = new Set((await uniqueFolders(flow)).map(({ path }) => plainPath(path)));
  if (source !== undefined && !paths.has(plainPath(source))) return folderMissing(source);
  if (target !== undefined && paths.has(plainPath(target))) return folderExists(target);
  return await folderRefused(flow, target ?? source ?? '', refusal);
}

const refused = (message: string, description: string): MailError =>
  new MailError('SERVER_REFUSED', message, description);

export const folderExists = (path: string): MailError =>
  new MailError(
    'FOLDER_EXISTS',
    `There is a folder "${path}" already`,
    'Use another name, or the existing folder.',
  );
