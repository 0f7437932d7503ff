import PostalMime from 'postal-mime';
import { expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';
import { ADA } from '../../contract/exchange-lab';

/** A server of Exchange's that holds what was sent as its recipients get it, and a session at it. */
interface SendingLab {
  client: MailClient;
  server: { sent: Array<{ raw: Buffer }> };
}

const THREAD = ['<zero@example.test>', '<one@example.test>'];

/** A reply that is saved as a draft and sent later: what its recipients get is in the thread. */
export function testDraftInThread(
  lab: () => SendingLab,
  more: Array<[name: string, size: number]> = [],
): void {
  it.each([['small', 1000], ...more])(
    'a %s reply keeps its thread from the draft to the recipients',
    async (_, size) => {
      const { client, server } = lab();
      server.sent.length = 0;
      const { id = '' } = await client.saveDraft({
        ...{
          from: ADA,
          to: 'bob@example.test',
          bcc: 'secret@example.test',
          subject: 'Re: Plans',
          text: 'Yes',
        },
        ...{ inReplyTo: THREAD[1], references: THREAD },
        attachments: [
          { fileName: 'a.bin', mimeType: 'application/x-data', content: Buffer.alloc(size, 'x') },
        ],
      });
      expect(server.sent).toEqual([]);
      const { messageId, accepted } = await client.sendDraft(id, { saveToSent: 'automatic' });
      expect(accepted).toEqual(['bob@example.test', 'secret@example.test']);
      expect(server.sent).toHaveLength(1);
      const email = await PostalMime.parse(server.sent[0]!.raw);
      expect(email).toMatchObject({ messageId, inReplyTo: THREAD[1] });
      expect(server.sent[0]!.raw.toString()).not.toMatch(/secret/);
      expect(email.references?.split(/\s+/)).toEqual(THREAD);
      expect((email.attachments[0]!.content as ArrayBuffer).byteLength).toBe(size);
    },
  );
}
