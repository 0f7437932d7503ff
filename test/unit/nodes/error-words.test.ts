import {
  type INodeProperties,
  type INodePropertyCollection,
  type INodePropertyOptions,
  type INodeType,
} from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';

import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../../../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';
import { errorTexts } from '../../../scripts/docs/error-texts';
import { credentialTypes, loadCredential } from '../../../scripts/docs/generate';

// What an error says has to be found in the editor.

const texts = errorTexts();
const names = new Set<string>();

const nodes: INodeType[] = [
  new EmailConnect(),
  new EmailDisconnect(),
  new EmailMailbox(),
  new EmailTrigger(),
];

function collect(
  properties: ReadonlyArray<INodeProperties | INodePropertyCollection | INodePropertyOptions>,
): void {
  for (const property of properties) {
    names.add('displayName' in property && property.displayName ? property.displayName : property.name);
    if ('options' in property) collect(property.options ?? []);
    if ('values' in property) collect(property.values);
  }
}

beforeAll(async () => {
  for (const { description } of nodes) collect(description.properties);
  for (const { properties } of await Promise.all(credentialTypes.map(loadCredential))) collect(properties);
});

/** Of n8n's own parts of the editor, and of parts of a field. */
const OTHERS = [
  ...['Client ID', 'Client Secret', 'Scope', 'On Error', 'Connect my account', 'Execute step'],
  ...['Execute workflow', 'EMAIL_CONNECT_MAX_CONNECTIONS'],
  // Set by nodes of other packages.
  'Message-ID',
];

/** A size is compared without the unit of its field. */
const isField = (name: string): boolean =>
  names.has(name) || names.has(`${name} (KB)`) || OTHERS.includes(name);

describe('a field in an error is called what the editor calls it', () => {
  it('at the start of the message', () => {
    const fields = texts
      .filter(({ code, message }) => code === 'INVALID_INPUT' && message.includes(': '))
      .map(({ message }) => message.slice(0, message.indexOf(': ')))
      .map((field) => /^Filter "(.+)"$/.exec(field)?.[1] ?? field)
      .filter((field) => !field.includes('{'));
    expect(fields.length).toBeGreaterThan(40);
    expect([...new Set(fields)].filter((field) => !isField(field))).toEqual([]);
  });

  it('in what to do', () => {
    const named = texts.flatMap(({ fixes }) =>
      fixes.flatMap((fix) =>
        [
          ...fix.matchAll(
            /\b(?:[Ss]et|[Cc]heck|[Ff]ill(?: in)?|[Ss]witch o(?:n|ff)|options?|increase|raise) "([^"{]+)"/g,
          ),
          ...fix.matchAll(/"([^"{]+)" (?:in|of) (?:the credential|Email Connect)/g),
        ].map(([, name = '']) => name),
      ),
    );
    expect(named.length).toBeGreaterThan(40);
    expect([...new Set(named)].filter((name) => !isField(name))).toEqual([]);
  });
});

it('no error speaks of a run, because dialogs and lists show it too, and none of settings of Node', () => {
  const shown = texts.flatMap(({ message, fixes, file }) =>
    file.startsWith('mail/') ? [message, ...fixes] : [],
  );
  expect(shown.filter((text) => /run the workflow|workflow again/i.test(text))).toEqual([]);
  expect(shown.filter((text) => /NODE_|--use-|rejectUnauthorized|Node\.js/.test(text))).toEqual([]);
});
