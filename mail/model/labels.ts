import { MailError, invalidInput } from '../errors';
import { assertSingleLine } from '../text';
import type { FlagChanges } from './client';
import type { MessageQuery } from './query';

/** Only Gmail has labels: the same message can have several, and each is also shown as a folder. */
export const noLabels = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'Labels: only Gmail over IMAP has them',
    'Use keywords (categories over EWS and Graph), or folders.',
  );

/** @throws {MailError} NOT_SUPPORTED if a query or a change is about labels */
export function assertNoLabels({
  label,
  addLabels,
  removeLabels,
}: Pick<MessageQuery, 'label'> & Pick<FlagChanges, 'addLabels' | 'removeLabels'>): void {
  if (label || addLabels?.length || removeLabels?.length) throw noLabels();
}

/** Gmail's limit of a name. */
const LONGEST = 225;

/**
 * A label as Gmail writes it. Gmail's own ones begin with a backslash: `\Inbox`, `\Important`, `\Starred`.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function assertLabel(field: string, label: string): string {
  const name = assertSingleLine(field, label).trim();
  if (/^\\[a-z]+$/i.test(name)) return `\\${name.charAt(1).toUpperCase()}${name.slice(2).toLowerCase()}`;
  if (name !== '' && name.length <= LONGEST && !name.startsWith('\\')) return name;
  throw invalidInput(
    field,
    `"${name.slice(0, 100)}" is not a label`,
    'Use the name of a label, such as Customers/Acme, or one of Gmail’s own: \\Inbox, \\Important or \\Starred.',
  );
}
