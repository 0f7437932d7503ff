import { describe, expect, it } from 'vitest';

import { replyTo } from '../../../mail/mime/reply';
import type { Address, Message } from '../../../mail/model/message';

const person = (address: string, name = ''): Address => ({ name, address });

const original = (fields: Partial<Message>): Message => ({
  ...{ id: '1', folder: 'INBOX', subject: 'x', replyTo: [], to: [], cc: [], bcc: [], keywords: [], size: 0 },
  ...{ isRead: false, isFlagged: false, isAnswered: false, isDraft: false, attachments: [] },
  from: [person('ada@example.test', 'Ada')],
  ...fields,
});

const answer = (fields: Partial<Message>) =>
  replyTo(original(fields), { all: true, own: ['me@example.test'] });

describe('a reply', () => {
  it('goes to the sender if Reply-To names no usable address', () => {
    expect(answer({ replyTo: [person('', 'Ada: private')] }).to).toBe('Ada <ada@example.test>');
    expect(answer({ replyTo: [person('nobody')] }).to).toBe('Ada <ada@example.test>');
    expect(answer({ replyTo: [person('list@example.test')] }).to).toBe('list@example.test');
  });

  it('leaves out recipients to whom no mail can be sent, and names them', () => {
    const { to, cc, unreachable } = answer({
      to: [person('me@example.test'), person('MAILER-DAEMON', 'Mail System'), person('bob@example.test')],
      cc: [person('carl@example.test*'), person('', 'Dora')],
    });
    expect(to).toBe('Ada <ada@example.test>');
    expect(cc).toBe('bob@example.test');
    expect(unreachable).toEqual(['Mail System', 'carl@example.test*', 'Dora']);
  });

  it('goes to nobody if the sender has no usable address', () => {
    const { to, cc, unreachable } = answer({ from: [person('MAILER-DAEMON', 'Mail System')] });
    expect([to, cc, unreachable]).toEqual(['', '', ['Mail System']]);
  });
});
