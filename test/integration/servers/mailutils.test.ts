import { describe, expect, it } from 'vitest';

import { MAILUTILS_LIMITS, startMailutils } from '../../servers/debian/mailutils';
import { mail } from '../../servers/mailbox';
import { onServer } from './contract';
import { failureOf, fill, tellsMadeFolders, withClient } from './faults';

const mailutils = onServer(startMailutils, MAILUTILS_LIMITS);

it('says which keywords the server accepts', async () => {
  const folder = await fill(mailutils(), 'Marked', 'one');
  await withClient(mailutils(), async (client) => {
    const [id = ''] = await client.findMessages(folder, {}, 1);
    const outcomes = await client.markMessages([id], { addKeywords: ['Invoice'] });
    expect(outcomes.get(id)).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('in its own way', () => {
  tellsMadeFolders(mailutils, ['Dou//ble']);

  it('says that the folder for a new message does not exist', async () => {
    const storing = withClient(
      mailutils(),
      async (client) => await client.appendMessage('Nowhere', { content: mail(), marks: {} }),
    );
    expect((await failureOf(storing)).code).toBe('FOLDER_NOT_FOUND');
  });

  it('says that the folder for copies does not exist', async () => {
    const folder = await fill(mailutils(), 'Source', 'one');
    const copying = withClient(mailutils(), async (client) => {
      const ids = await client.findMessages(folder, {}, 1);
      return await client.copyMessages(ids, 'Nowhere');
    });
    expect((await failureOf(copying)).code).toBe('FOLDER_NOT_FOUND');
  });
});
