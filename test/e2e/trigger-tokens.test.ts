import { expect, test } from 'vitest';

import type { Protocol } from '../../mail/account/providers';
import { itemsOf } from '../servers/n8n';
import { deliver, mail } from '../servers/mailbox';
import { sleep, waitFor } from '../servers/wait';
import { chain, node } from '../servers/workflow';
import { cellOf } from './cells';
import { mailbox, type MessageItem } from './nodes';
import { ALICE, useOAuthLab } from './oauth-lab';

// An Email Trigger listens for longer than a token lives.

const lab = useOAuthLab();

const HOUR = 3600;
/** Seconds. */
const SHORT = 4;

async function deliverTo(protocol: Protocol, subject: string): Promise<void> {
  const raw = mail({ to: ALICE, subject });
  if (protocol === 'imap') deliver(lab().dovecot, ALICE, 'INBOX', [raw]);
  else await lab().office.mailbox(ALICE).deliver('Inbox', [raw]);
}

test.each(['imap', 'ews', 'graph'] as const)(
  'Email Trigger over %s gets a new token when its own has expired, once, and misses nothing',
  async (protocol) => {
    const { rest, identity, dovecot, office } = lab();
    identity.accessTokenTtl = SHORT;
    const cell = cellOf('emailOutlookOAuth2Api', protocol);
    const { id, name } = await lab().credential(cell, `Trigger over ${protocol}`);
    const { provider, authentication, credentialType } = cell;
    const trigger = node(
      'Email Trigger',
      'n8n-nodes-email-session.emailTrigger',
      {
        ...{ sessionName: 'Default', provider, protocol, authentication },
        folder: { __rl: true, mode: 'use', value: '\\Inbox' },
        options: { keepConnectionFor: 0, checkEvery: 5 },
      },
      { credentials: { [credentialType]: { id, name } } },
    );
    const workflow = await rest.createWorkflow(chain(`token ${protocol}`, [trigger, mailbox('Read')]));
    await rest.publish(workflow.id);
    try {
      await waitFor('it to listen', () => dovecot.connections() + office.open() > 0, 20_000);
      identity.accessTokenTtl = HOUR;
      const before = identity.tokenRequests.length;
      await sleep((SHORT + 2) * 1_000);
      if (protocol === 'imap') await dovecot.kick(ALICE);
      await deliverTo(protocol, `after the token over ${protocol}`);
      const succeeded = async () => {
        const all = await rest.listExecutions(workflow.id);
        return all.length > 0 && all.every(({ status }) => status === 'success') && all;
      };
      const [run] = await waitFor('the run', succeeded, 60_000, 250);
      const done = await rest.getExecution(run!.id);
      expect(itemsOf<MessageItem>(done, 'Email Trigger').map(({ subject }) => subject)).toEqual([
        `after the token over ${protocol}`,
      ]);
      expect(lab().tokenRequestsSince(before)).toEqual(['refresh_token']);
    } finally {
      await rest.unpublish(workflow.id);
    }
  },
  90_000,
);
