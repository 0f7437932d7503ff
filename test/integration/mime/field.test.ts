import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { startDovecotLab } from '../../contract/dovecot-lab';
import type { MailLab } from '../../contract/lab';
import { fieldMail, HAS_FIELD_MAIL } from './field-mail';
import { holds } from './hold';

const MAIL = fieldMail();

// A date without a zone means the same on a machine that is not in UTC.
process.env.TZ = 'America/New_York';

it('has the real-world mail, in CI', () => {
  const isOptional = !process.env.CI && process.env.FIELD_MAIL_DIR === undefined;
  expect(HAS_FIELD_MAIL || isOptional).toBe(true);
});

describe.runIf(HAS_FIELD_MAIL).each(['imap', 'pop3'] as const)('%s reads', (protocol) => {
  let lab: MailLab;
  let client: MailClient;
  let ids: string[];

  beforeAll(async () => {
    lab = await startDovecotLab(protocol);
    await lab.deliver(
      lab.inbox,
      MAIL.map(({ raw }, i) => ({ raw, receivedAt: new Date(Date.UTC(2026, 0, 1, 0, i)) })),
    );
    client = await lab.open();
    ids = (await client.findMessages(lab.inbox, {}, Infinity)).reverse();
  });
  afterAll(async () => {
    await client?.close();
    await lab?.stop();
  });

  it.each(MAIL.map((mail, index) => ({ ...mail, index })))('$name', async (mail) => {
    await holds(client, ids[mail.index]!, mail);
  });
});
