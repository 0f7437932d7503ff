import { expect, test } from 'vitest';

import { Reference } from '../../servers/graph/reference';

// The tests' Graph is held to the published reference: this shows that the check finds what is wrong.

const reference = new Reference();

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

const query = (path: string, options: Record<string, string>): string =>
  refusal(() => reference.checkQuery(reference.find('GET', path), new Map(Object.entries(options))));

test('valid requests are accepted', () => {
  const options = {
    $select: 'id,subject,internetMessageHeaders',
    $filter: `receivedDateTime ge 2026-01-01T00:00:00Z and from/emailAddress/address eq 'o''neill@example.test'`,
    $orderby: 'receivedDateTime desc',
    $expand: `attachments($select=id,microsoft.graph.fileAttachment/contentId),singleValueExtendedProperties($filter=id eq 'Integer 0x1081')`,
  };
  expect(query('/mailFolders/inbox/messages', options)).toBe('');
  expect(
    query('/messages', { $filter: `categories/any(c:c eq 'red') and not (flag/flagStatus eq 'flagged')` }),
  ).toBe('');
  expect(query('/mailFolders', { $top: '100', includeHiddenFolders: 'true' })).toBe('');
  const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'YQ==' };
  expect(reference.problems({ subject: 'x', attachments: [file], 'body@odata.x': 1 }, 'Message')).toEqual([]);
});

test('a wrong path or method', () => {
  expect(refusal(() => reference.find('GET', '/mails'))).toMatch(
    /Resource not found for the segment 'mails'/,
  );
  expect(refusal(() => reference.find('POST', '/messages/x/archive'))).toMatch(/Resource not found/);
  expect(refusal(() => reference.find('PUT', '/messages/x'))).toMatch(/method is not allowed: PUT/);
  expect(refusal(() => reference.find('GET', '/messages/x/move'))).toMatch(/method is not allowed: GET/);
  const found = reference.find('POST', '/messages/x/attachments/createUploadSession');
  expect(found).toMatchObject({
    operation: { path: '/messages/{id}/attachments/createUploadSession' },
    ids: ['x'],
  });
});

test('a wrong query parameter', () => {
  expect(query('/messages/x', { $filter: 'isRead' })).toMatch(/'\$filter' was not recognized/);
  expect(query('/messages', { top: '5' })).toMatch(/'top' was not recognized/);
  expect(query('/messages', { $skiptoken: 'x' })).toMatch(/not recognized/);
  expect(query('/messages/x/$value', { $select: 'id' })).toMatch(/not recognized/);
});

test('a property that does not exist, wherever it is named', () => {
  const missing = /Could not find a property named 'titel'/;
  expect(query('/messages', { $select: 'id,titel' })).toMatch(missing);
  expect(query('/messages', { $orderby: 'titel desc' })).toMatch(missing);
  expect(query('/messages', { $filter: `titel eq 'x'` })).toMatch(missing);
  expect(query('/messages', { $filter: `from/titel eq 'x'` })).toMatch(missing);
  expect(query('/messages', { $filter: `not contains(titel,'x') or isRead` })).toMatch(missing);
  expect(query('/messages', { $filter: `toRecipients/any(r:r/titel eq 'x')` })).toMatch(missing);
  expect(query('/messages', { $expand: 'attachments($select=titel)' })).toMatch(missing);
  expect(query('/messages', { $expand: 'titel' })).toMatch(missing);
  expect(query('/messages/x', { $expand: 'attachments($select=contentId)' })).toMatch(/named 'contentId'/);
  expect(query('/messages/x', { $expand: 'subject' })).toMatch(/cannot be expanded/);
  expect(query('/mailFolders', { $select: 'wellKnownName' })).toMatch(/named 'wellKnownName'/);
});

test('a filter that makes no sense', () => {
  expect(query('/messages', { $filter: `receivedDateTime ge '2026-01-01'` })).toMatch(/date and string/);
  expect(query('/messages', { $filter: `isRead eq 'true'` })).toMatch(/boolean and string/);
  expect(query('/messages', { $filter: `subject eq 'it's'` })).toMatch(/Syntax error/);
  expect(query('/messages', { $filter: `(isRead eq true` })).toMatch(/Syntax error/);
  expect(query('/messages', { $filter: `categories eq 'red'` })).toMatch(/is a collection/);
  expect(query('/messages', { $filter: `subject/any(s:s eq 'x')` })).toMatch(/needs a collection/);
});

test('a body of the wrong type', () => {
  const create = (body: Record<string, unknown>) =>
    refusal(() => reference.checkRequest(reference.find('POST', '/messages'), body));
  expect(create({ subject: 'x', titel: 'y' })).toMatch(/additional properties: titel/);
  expect(create({ subject: 1 })).toMatch(/\/subject must be string/);
  expect(create({ body: { contentType: 'rtf', content: '' } })).toMatch(/text, html/);
  expect(create({ toRecipients: [{ address: 'a@example.test' }] })).toMatch(/additional properties: address/);
  expect(create({ receivedDateTime: 'yesterday' })).toMatch(/must match pattern/);
  expect(create({ attachments: [{ name: 'x' }] })).toMatch(/@odata\.type/);
  const wrong = [{ '@odata.type': '#microsoft.graph.itemAttachment', contentBytes: '' }];
  expect(create({ attachments: wrong })).toMatch(/additional properties: contentBytes/);
});

test("an action's parameters, in any case", () => {
  const move = (body: Record<string, unknown>) =>
    refusal(() => reference.checkRequest(reference.find('POST', '/messages/x/move'), body));
  expect(move({ destinationId: 'inbox' })).toBe('');
  expect(move({ DestinationId: 'inbox' })).toBe('');
  expect(move({ folder: 'inbox' })).toMatch(/no parameter folder/);
  expect(move({ destinationId: 1 })).toMatch(/must be string/);
  const send = reference.find('POST', '/messages/x/send');
  expect(refusal(() => reference.checkRequest(send, {}))).toBe('');
  expect(refusal(() => reference.checkRequest(send, { message: {} }))).toMatch(/no property message/);
});

test('answers are checked against their type, too', () => {
  const list = reference.find('GET', '/messages');
  expect(reference.replyProblems(list, { '@odata.nextLink': 'x', value: [{ id: 'x' }] })).toEqual([]);
  expect(reference.replyProblems(list, { value: [{ id: 'x', size: 5 }] })).toEqual([
    '/0 must NOT have additional properties: size',
  ]);
  expect(reference.replyProblems(list, { next: 'x', value: [] })).toEqual(['there is next']);
  expect(reference.replyProblems(reference.find('GET', '/messages/x'), { isRead: null })).toEqual([]);
  expect(reference.replyProblems(reference.find('DELETE', '/messages/x'), {})).toEqual(['there is a body']);
});
