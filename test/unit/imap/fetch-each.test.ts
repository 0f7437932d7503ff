import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { expect, it } from 'vitest';

import { fetchEach } from '../../../mail/imap/fetch-each';
import { JoinedAnswers } from '../../../mail/imap/joined-answers';
import { processorTime } from '../processor-time';

it('a server that gives ever more messages than it was asked for is left', async () => {
  let isOpen = true;
  let given = 0;
  const flow = {
    *fetch() {
      // More than may be given: a test without an end would not fail.
      while (given < 200_000) yield { seq: ++given, uid: given, size: 1 };
    },
    close: () => (isOpen = false),
  } as unknown as ImapFlow;
  const read = async () => {
    for await (const { uid } of fetchEach(flow, '1:10', { uid: true, size: true }, true, () => {})) void uid;
  };
  await expect(read()).rejects.toThrow();
  expect([isOpen, given]).toEqual([false, 100_011]);
});

it('parts that come one by one are joined in linear time, and those that were not asked for are not kept', () => {
  const answers = new JoinedAnswers({ uid: true, bodyParts: ['1', '2'] }, true);
  const part = (name: string) =>
    ({ seq: 1, uid: 11, bodyParts: new Map([[name, Buffer.from(name)]]) }) as FetchMessageObject;
  const took = processorTime(() => {
    answers.add(part('1'));
    for (let i = 3; i < 50_000; i++) expect(answers.add(part(`${i}`))).toBeUndefined();
  });
  const whole = answers.add(part('2'));
  expect([...whole!.bodyParts!.keys()]).toEqual(['1', '2']);
  expect(took).toBeLessThan(5_000);
});
