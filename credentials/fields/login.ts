import type { INodeProperties } from 'n8n-workflow';

export const BASIC_LOGIN_FIELDS: INodeProperties[] = [
  {
    displayName: 'User',
    name: 'user',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. ada@example.com',
    description: 'Usually the whole email address',
  },
  {
    displayName: 'Password',
    name: 'password',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    required: true,
  },
];

/** The mailbox that a token opens whose owner has signed in: whose it is, the identity provider says. */
export const connectedAddress = (whenNeeded = ''): INodeProperties => ({
  ...emailAddress(`Leave it empty for the account that you sign in with. ${whenNeeded}`.trim()),
  required: false,
});

/** The mailbox that a token opens. */
export const emailAddress = (description: string): INodeProperties => ({
  displayName: 'Email Address',
  name: 'user',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. ada@example.com',
  description,
});

export const appPasswordFields = (description: string): INodeProperties[] => [
  emailAddress('Address of the mailbox'),
  {
    displayName: 'App Password',
    name: 'password',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    required: true,
    description,
  },
];
