import { access, constants, lstat, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { invalidInput } from '../mail/errors';

/**
 * Checks before the sign-in that the file can be written afterwards.
 *
 * @throws {MailError} INVALID_INPUT
 */
export async function assertWritable(file: string, replace: boolean): Promise<void> {
  const existing = await lstat(file).catch(() => undefined);
  if (existing && !replace) throw exists(file);
  if (existing && !existing.isFile()) {
    throw invalidInput('--out', `${file} is not a file`, 'Enter the name of a file.');
  }
  await access(dirname(resolve(file)), constants.W_OK).catch(() => {
    throw cannotWrite(file);
  });
}

/**
 * Writes a new file that only its owner can read.
 *
 * @throws {MailError} INVALID_INPUT
 */
export async function writeSecretFile(file: string, text: string, replace: boolean): Promise<void> {
  // Deleted and created again: the old file may be readable by others, or be a link to another place.
  if (replace) await rm(file, { force: true });
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? exists(file) : cannotWrite(file);
  }
}

const exists = (file: string) =>
  invalidInput('--out', `${file} already exists`, 'Use --force to replace it, or enter another name.');

const cannotWrite = (file: string) =>
  invalidInput(
    '--out',
    `${file} cannot be written`,
    'Choose a folder that exists and that you can write to.',
  );
