import { folderField, readFolder } from '../fields/folder-field';
import { defineOperation } from '../operation';
import { forEachItem } from '../shared/each-item';

export const getQuota = defineOperation({
  value: 'getQuota',
  name: 'Get Quota',
  action: 'Get the used and the free space',
  description: 'Get the used and the available space of the mailbox (IMAP only)',
  fields: [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to get the limits of. Usually all folders of a mailbox share the same limits.',
    }),
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { use }) => {
    const path = readFolder(context, 'folder', itemIndex);
    const { storage, messages } = await use(async (client) => await client.getQuota(path));
    return [
      {
        json: {
          path,
          ...(storage && { storageUsed: storage.used, storageLimit: storage.limit }),
          ...(messages && { messagesUsed: messages.used, messagesLimit: messages.limit }),
        },
      },
    ];
  }),
});
