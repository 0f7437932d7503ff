import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { isMailError } from '../../../mail/errors';
import type { Address, Message } from '../../../mail/model/message';
import { ofMessage } from '../../../mail/model/unreadable';
import type { AccountMessages } from '../../../n8n/run/editor-messages';
import { orListError } from '../../shared/list-error';

/** Characters. A sender can write any number. */
const LONGEST = 80;

/**
 * Messages to choose from: subject, sender or recipient, time and account. The account is there because another workflow
 * may use the same name of a session for another one. A message that cannot be read is last, with the reason: an
 * incomplete list must not look like a whole one.
 */
export async function messageResults(
  context: ILoadOptionsFunctions,
  load: () => Promise<AccountMessages>,
  party: 'from' | 'to',
): Promise<INodeListSearchResult> {
  const { account, messages, failed } = await orListError(context, load);
  const timeIn = timesIn(context.getTimezone());
  const unread = new Map(failed);
  const given = messages.flatMap((message) => {
    const name = ofMessage(message, () => nameOf(message, party, timeIn));
    if (!isMailError(name)) return [{ name, value: message.id }];
    unread.set(message.id, name);
    return [];
  });
  const others = [...unread].map(([id, error]) => ({
    name: `(cannot be read) – ${error.message}`,
    value: id,
  }));
  return {
    results: [...given, ...others].map(({ name, value }) => ({ name: `${name} – ${account}`, value })),
  };
}

function nameOf(
  { subject, receivedAt, date, ...message }: Message,
  party: 'from' | 'to',
  timeIn: (iso: string) => string,
): string {
  const [first] = message[party];
  const time = receivedAt ?? date;
  const details = [first && shown(first), time && timeIn(time)].filter(Boolean);
  return [short(subject) || '(no subject)', details.join(', ')].filter(Boolean).join(' – ');
}

const shown = ({ name, address }: Address): string => short(name) || short(address);

/** A cut never splits a character in two. */
const short = (text: string): string => {
  const characters = [...text.trim().slice(0, 2 * LONGEST)];
  return characters.length <= LONGEST ? characters.join('') : `${characters.slice(0, LONGEST - 1).join('')}…`;
};

/** Such as "2026-11-23 10:00": the Swedish way to write it, which reads well everywhere and sorts. */
function timesIn(timeZone: string): (iso: string) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone });
  return (iso) => format.format(new Date(iso));
}
