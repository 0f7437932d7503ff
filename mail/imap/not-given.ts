import type { FetchMessageObject, ImapFlow } from 'imapflow';

import { MailError } from '../errors';
import { partNamed, type BodyPart } from '../mime/body-part';
import { existingUids } from './existing-uids';
import type { OnRefused } from './fetch-each';
import { NOTHING_GIVEN } from './refusal';
import { toSets } from './uid-set';

/** The stored bytes of a part; undefined if the server says that the part has bytes but does not give them. */
export function givenPart(
  { bodyParts }: Pick<FetchMessageObject, 'bodyParts'>,
  structure: BodyPart,
  part: string,
): Buffer | undefined {
  const stored: unknown = bodyParts?.get(part);
  if (Buffer.isBuffer(stored)) return stored;
  return partNamed(structure, part)?.size ? undefined : Buffer.alloc(0);
}

/** Reports the messages whose content the server did not give, except those that a look shows to be gone. */
export async function reportNotGiven(
  flow: ImapFlow,
  uids: readonly number[],
  onRefused: OnRefused,
): Promise<void> {
  for (const set of toSets(uids)) {
    for (const uid of await existingUids(flow, set)) onRefused(uid, NOTHING_GIVEN);
  }
}

export const notWhole = (what: 'attachment' | 'message'): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The server gave only a part of the ${what}`,
    'The message may have been deleted while it was read. Try again.',
  );
