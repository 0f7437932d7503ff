import { isUtf8 } from 'node:buffer';

import type { Attribute } from './exec-or-throw';
import type { FolderNames } from './folder-names';

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

/** The folders that a command names. */
export const foldersIn = (command: string, attributes: Attribute[] | false): string[] =>
  (FOLDERS_OF[command] ?? []).flatMap((index) => nameIn((attributes || [])[index]) ?? []);

/** The command with the server's own bytes for the folders that it names. */
export function withServersNames(
  names: FolderNames,
  command: string,
  attributes: Attribute[] | false,
): Attribute[] | false {
  const indices = FOLDERS_OF[command];
  if (!indices || !attributes) return attributes;
  return attributes.map((attribute, index) => {
    const name = indices.includes(index) ? nameIn(attribute) : undefined;
    const bytes = name === undefined ? undefined : names.bytesOf(name);
    if (!bytes) return attribute;
    return isUtf8(bytes) ? { type: 'STRING', value: bytes.toString() } : { type: 'LITERAL', value: bytes };
  });
}

/** imapflow gives some arguments as plain text. */
function nameIn(attribute: Attribute | string | undefined): string | undefined {
  const value = typeof attribute === 'string' ? attribute : (attribute as { value?: unknown })?.value;
  return typeof value === 'string' ? value : undefined;
}
