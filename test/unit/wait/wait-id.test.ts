import { describe, expect, it } from 'vitest';

import { compose } from '../../../mail/mime/compose';
import { isAutomatic } from '../../../mail/mime/automatic';
import { repliedTo, waitIdLeft, waitReference, waitingIn } from '../../../n8n/wait/wait-id';
import { processorTime } from '../processor-time';

const WAITING = {
  runId: '4711',
  nodeId: 'Any id, <Ü> & "all"',
  question: '0123456789abcdef',
  proof: 'fedcba9876543210',
};
const manyIds = (domain: string) =>
  Array.from({ length: 20_000 }, (_, index) => `<${index}@${domain}>`).join('');
const LETTER = { from: 'Ada <ada@example.com>', to: 'bob@example.com', subject: 'x', text: 'x' };

describe('the ids of a question', () => {
  it('are found again in what mail programs make of them', () => {
    const { messageId } = compose({ ...LETTER, idLeft: waitIdLeft(WAITING) });
    expect(messageId).toMatch(/^<[\w.-]+@example\.com>$/);
    expect(waitingIn(messageId)).toEqual(WAITING);
    expect(waitingIn(messageId.toUpperCase().replace('N8N.WAIT', 'n8n.wait'))).toEqual(WAITING);
    expect(waitingIn(`<first@x>\r\n\t${waitReference(WAITING)} <last@x>`)).toEqual(WAITING);
  });

  it.each([
    undefined,
    '',
    '<1@example.com>',
    'n8n.wait.1.61.0123456789abcdef.0123456789abcdef@x',
    '<n8n.wait.1.61.0123456789abcdef.0123456789abcdef>',
    '<n8n.wait.1.zz.0123456789abcdef.0123456789abcdef@x>',
    `<n8n.wait.${'1'.repeat(65)}.61.0123456789abcdef.0123456789abcdef@x>`,
    '<n8n.wait.1.61.0123456789abcdef.0123456789abcde@x>',
  ])('are not found in %s', (header) => expect(waitingIn(header)).toBeUndefined());

  const renamed = '<1@outlook.example>';
  const own = `<${waitIdLeft(WAITING)}@example.com>`;
  it.each([
    ['the question', own, undefined, true],
    [
      'the question, which the server has given another id',
      renamed,
      `${waitReference(WAITING)} ${renamed}`,
      true,
    ],
    [
      'it, with commas as Exchange wrote them',
      renamed,
      `${waitReference(WAITING)},${renamed},${renamed}`,
      true,
    ],
    [
      'it, without its id in References',
      renamed,
      waitReference(WAITING).replace('n8n.wait>', 'N8N.Wait>'),
      true,
    ],
    ['its answer', '<2@x>', `${waitReference(WAITING)} ${own} <2@x>`, false],
    ['the answer to a renamed one', '<2@x>', `${waitReference(WAITING)} ${renamed} <2@x>`, false],
    ['a later mail of the thread', '<4@x>', `${waitReference(WAITING)} ${renamed} <2@x> <3@x> <4@x>`, false],
    ['another mail', '<2@x>', undefined, false],
  ])('tell whether a mail replies to %s', (_, inReplyTo, references, isAnswer) => {
    expect(repliedTo(inReplyTo, references)).toEqual(isAnswer ? WAITING : undefined);
  });

  it('are looked for in linear time', () => {
    const hostile = `<n8n.wait.${'1.'.repeat(20)}`.repeat(200_000);
    const took = processorTime(() => {
      expect(waitingIn(hostile)).toBeUndefined();
      expect(repliedTo(hostile, hostile)).toBeUndefined();
      expect(repliedTo(manyIds('a'), manyIds('b'))).toBeUndefined();
    });
    expect(took).toBeLessThan(500);
  });

  it.each(['a b', 'a\r\nBcc: x', '', 'a..b', '.a', 'a@b', 'a'.repeat(500)])('cannot be "%s"', (idLeft) =>
    expect(() => compose({ ...LETTER, idLeft })).toThrow(/^Message-ID/),
  );
});

describe('a message is automatic', () => {
  it.each([
    ['Auto-Submitted', 'auto-replied', true],
    ['auto-submitted', ' Auto-Generated; owner-email="a@b"', true],
    ['Auto-Submitted', 'no', false],
    ['Auto-Submitted', 'No (a person)', false],
    ['Precedence', 'BULK', true],
    ['Precedence', 'list', false],
    ['Return-Path', ' <> ', true],
    ['Return-Path', '<ada@example.com>', false],
    ['Content-Type', 'multipart/report; report-type=delivery-status', true],
    ['Content-Type', 'multipart/mixed', false],
  ])('with %s: %s → %s', (name, value, expected) => {
    expect(
      isAutomatic([
        { name: 'Subject', value: 'Auto-Submitted: yes' },
        { name, value },
      ]),
    ).toBe(expected);
  });
});
