import { describe, expect, it } from 'vitest';

import { MAILUTILS_LIMITS, startMailutils } from '../../servers/debian/mailutils';
import { mail } from '../../servers/mailbox';
import { onServer } from './contract';
import { failureOf, fill, tellsMadeFolders, withClient } from './faults';

// Ours to mend, point 6: it says `NO UID COPY [TRYCREATE] failed`, where the code is not in its place.
const FAULTS = ['moves nothing to a folder that is not there'];

const mailutils = onServer(startMailutils, MAILUTILS_LIMITS, FAULTS);

it('says which keywords the server takes', async () => {
  const folder = await fill(mailutils(), 'Marked', 'one');
  await withClient(mailutils(), async (client) => {
    const [id = ''] = await client.findMessages(folder, {}, 1);
    const outcomes = await client.markMessages([id], { addKeywords: ['Invoice'] });
    expect(outcomes.get(id)).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('faults of ours', () => {
  // Ours to mend, point 5.
  tellsMadeFolders(mailutils, ['Dou//ble']);

  // Ours to mend, point 6.
  it.fails('says that the folder is not there that a message is to be stored in', async () => {
    const storing = withClient(
      mailutils(),
      async (client) => await client.appendMessage('Nowhere', { content: mail(), marks: {} }),
    );
    expect((await failureOf(storing)).code).toBe('FOLDER_NOT_FOUND');
  });

  // Ours to mend, point 6.
  it.fails('says that the folder is not there that messages are to be copied to', async () => {
    const folder = await fill(mailutils(), 'Source', 'one');
    const copying = withClient(mailutils(), async (client) => {
      const ids = await client.findMessages(folder, {}, 1);
      return await client.copyMessages(ids, 'Nowhere');
    });
    expect((await failureOf(copying)).code).toBe('FOLDER_NOT_FOUND');
  });
});
