import type { INodeProperties } from 'n8n-workflow';

import { behindSwitch } from './behind-switch';
import { BASIC_LOGIN_FIELDS } from './login';
import { TRUST_FIELDS } from './server';

export const EWS_URL_FIELD: INodeProperties = {
  displayName: 'EWS URL',
  name: 'ewsUrl',
  type: 'string',
  default: '',
  placeholder: 'e.g. https://mail.example.com/EWS/Exchange.asmx',
  description:
    'Address of Exchange Web Services on your server. Leave it empty to find it from the email address (Autodiscover).',
};

/** User and password, with an example of a user name that Exchange accepts. */
export const exchangeLoginFields = (placeholder: string, description: string): INodeProperties[] =>
  BASIC_LOGIN_FIELDS.map((field) =>
    field.name === 'user' ? { ...field, placeholder: `e.g. ${placeholder}`, description } : field,
  );

export const DOMAIN_FIELD: INodeProperties = {
  displayName: 'Domain',
  name: 'domain',
  type: 'string',
  default: '',
  placeholder: 'e.g. EXAMPLE',
  description:
    'Windows domain of the user. Leave it empty if "User" is like EXAMPLE\\ada or ada@example.com.',
};

export const MAILBOX_FIELD: INodeProperties = {
  displayName: 'Email Address',
  name: 'mailbox',
  type: 'string',
  default: '',
  placeholder: 'e.g. ada@example.com',
  description:
    'Address of the mailbox to open. Leave it empty for the mailbox of the user. If "EWS URL" is empty, the server is found from this address.',
};

/** EWS always uses https, so the only network settings are those about trust. */
export const EXCHANGE_TRUST_FIELDS: INodeProperties[] = behindSwitch(
  {
    name: 'useNetwork',
    displayName: 'Certificates',
    description: 'Whether to trust a private authority, or any certificate',
  },
  TRUST_FIELDS,
);
