import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { invalidInput, notSupported } from '../../mail/errors';
import type { Protocol } from '../../mail/account/providers';
import { isInbox } from '../../mail/model/folder';
import type { Action } from '../../n8n/trigger/after-run';
import { folderField, readFolder } from '../EmailMailbox/actions/fields/folder-field';
import { readChoice, type ParameterContext } from '../EmailMailbox/actions/fields/read-parameters';

/** The protocols of mailboxes with marks and folders. */
export const MAILBOXES: readonly Protocol[] = ['imap', 'ews', 'graph'];

type Choice = 'nothing' | 'read' | 'flag' | 'keyword' | 'move' | 'delete';

const CHOICES: Readonly<Record<Choice, { name: string; description: string }>> = {
  keyword: { name: 'Add Keyword', description: 'Add a keyword (IMAP) or a category (EWS, Graph)' },
  delete: { name: 'Delete', description: 'Move the message to the trash' },
  flag: { name: 'Flag', description: 'Flag (star) the message' },
  read: { name: 'Mark as Read', description: 'Mark the message as read' },
  move: { name: 'Move', description: 'Move the message to another folder' },
  nothing: { name: 'Nothing', description: 'Leave the message as it is' },
};

/** The fields for what is done to the messages when a run has ended in one way. */
interface End {
  displayName: string;
  /** Of the parameters: `success`. */
  prefix: 'success' | 'failure';
  description: string;
  choices: readonly Choice[];
}

const SUCCESS: End = {
  displayName: 'When the Run Succeeds',
  prefix: 'success',
  description:
    'What to do to the message when the run has succeeded. Not done for a run that waits, for example in a Wait node: use Email Mailbox at its end instead.',
  choices: ['keyword', 'delete', 'flag', 'read', 'move', 'nothing'],
};

const FAILURE: End = {
  displayName: 'When the Run Fails',
  prefix: 'failure',
  description: 'What to do to the message when the run has failed, or was stopped',
  choices: ['keyword', 'flag', 'move', 'nothing'],
};

/** POP3 has no marks and no folders. */
const POP3_CHOICES: readonly Choice[] = ['delete', 'nothing'];

const choiceField = (
  { displayName, prefix, description }: End,
  protocols: readonly Protocol[],
  options: readonly { name: string; value: Choice; description: string }[],
): INodeProperties => ({
  displayName,
  name: `${prefix}Action`,
  type: 'options',
  options: [...options],
  default: 'nothing',
  description,
  displayOptions: { show: { protocol: [...protocols] } },
});

const fieldsOf = (end: End): INodeProperties[] => {
  const shownFor = (choice: Choice): INodeProperties['displayOptions'] => ({
    show: { protocol: [...MAILBOXES], [`${end.prefix}Action`]: [choice] },
  });
  return [
    choiceField(
      end,
      MAILBOXES,
      end.choices.map((value) => ({ value, ...CHOICES[value] })),
    ),
    {
      displayName: 'Keyword',
      name: `${end.prefix}Keyword`,
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Done',
      description: 'Keyword or category to add. IMAP allows no spaces in it.',
      displayOptions: shownFor('keyword'),
    },
    {
      ...folderField({
        displayName: 'Destination Folder',
        name: `${end.prefix}Folder`,
        description: 'Folder to move the message to',
      }),
      displayOptions: shownFor('move'),
    },
  ];
};

export const AFTER_RUN_FIELDS: INodeProperties[] = [
  ...fieldsOf(SUCCESS),
  choiceField(
    SUCCESS,
    ['pop3'],
    POP3_CHOICES.map((value) => ({
      value,
      ...CHOICES[value],
      ...(value === 'delete' && { description: 'Delete the message for good' }),
    })),
  ),
  ...fieldsOf(FAILURE),
];

/**
 * @param folder that the trigger listens to
 * @throws {MailError} INVALID_INPUT; NOT_SUPPORTED for what POP3 cannot do
 */
export const readAfterRun = (
  context: ParameterContext,
  protocol: string,
  folder: string,
): { onSuccess?: Action; onFailure?: Action } => ({
  onSuccess: readEnd(context, protocol, folder, SUCCESS),
  onFailure: readEnd(context, protocol, folder, FAILURE),
});

function readEnd(
  context: ParameterContext,
  protocol: string,
  folder: string,
  { prefix, displayName, choices }: End,
): Action | undefined {
  // "Nothing" first: it counts if the field is not shown.
  const known: readonly Choice[] = ['nothing', ...choices.filter((one) => one !== 'nothing')];
  const choice = readChoice(context, `${prefix}Action`, displayName, known, 0);
  if (choice === 'nothing') return undefined;
  // Deleting is a choice only after success.
  if (protocol === 'pop3' && choice !== 'delete') throw popCannot(choice, displayName);
  switch (choice) {
    case 'read':
      return { do: 'mark', marks: { isRead: true } };
    case 'flag':
      return { do: 'mark', marks: { isFlagged: true } };
    case 'keyword':
      return { do: 'mark', marks: { addKeywords: [readKeyword(context, `${prefix}Keyword`, displayName)] } };
    case 'move': {
      const field = `${displayName}: Destination Folder`;
      const destination = readFolder(context, `${prefix}Folder`, 0, field);
      if (!isSameFolder(folder, destination)) return { do: 'move', folder: destination };
      throw invalidInput(
        field,
        'it is the folder that the trigger listens to, so each message would start runs again and again',
        'Choose another folder.',
      );
    }
    case 'delete':
      return { do: 'delete', permanently: protocol === 'pop3' };
  }
}

/** By their paths or special uses. The inbox has both. */
const isSameFolder = (one: string, other: string): boolean =>
  one === other || (isInbox(one) && isInbox(other));

const popCannot = (choice: Choice, field: string): Error =>
  notSupported(
    'POP3',
    choice === 'move' ? 'move messages: it has no folders' : 'mark messages: it has no flags',
    `Set "${field}" to "Nothing", or "Protocol" to "IMAP" if the account has it.`,
  );

/** @throws {MailError} INVALID_INPUT */
export function readKeyword(context: ParameterContext, name: string, field: string, preset = ''): string {
  const value = context.getNodeParameter(name, 0, preset) as IDataObject[string];
  const keyword = typeof value === 'string' ? value.trim() : '';
  if (keyword) return keyword;
  throw invalidInput(`${field}: Keyword`, 'it is empty', 'Enter a keyword, such as Done.');
}
