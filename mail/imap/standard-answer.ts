import { standardAtom } from './atoms';
import type { FolderNames } from './folder-names';
import { asPart } from './preview-item';
import { indexOfName, textOf, valueAfter, type Token } from './tokens';

/** A response that belongs to no command, as imapflow gives it to its handlers. */
export interface Untagged {
  command?: string;
  attributes?: Token[];
}

/**
 * Rewrites a response that imapflow does not understand in the form of the standard, in place.
 *
 * @param isLatin1 whether the line was read as Latin-1, because it names a folder in another charset than UTF-8
 */
export function standardize(
  command: string,
  untagged: Untagged,
  names: FolderNames,
  isLatin1: boolean,
): void {
  const [first, second, third] = untagged.attributes ?? [];
  switch (command) {
    case 'LIST':
    case 'LSUB':
    case 'XLIST':
      standardizeAll(first);
      standardizeName(names, third, textOf(second), isLatin1);
      break;
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

/** Removes an item without a value, which imapflow would take for a value: the year 1970. */
function dropNil(list: Token, name: string): void {
  if (!Array.isArray(list)) return;
  const index = indexOfName(list, name);
  if (index >= 0 && !list[index + 1]) list.splice(index, 2);
}
