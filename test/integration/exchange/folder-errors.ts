import { describe, expect, it } from 'vitest';

import type { MailClient } from '../../../mail/model/client';

/** What both protocols of Exchange say of folders that cannot be used. */
export function testFolderErrors(open: () => MailClient): void {
  describe('a folder', () => {
    it.each(['a//b', '/a', ' ', `a/${'x'.repeat(256)}`])('is not created at "%s"', async (path) => {
      await expect(open().createFolder(path)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: `Path: "${path}" is not the path of a folder`,
        description: 'Enter names separated by slashes, such as Archive/2026.',
      });
    });

    it('that Exchange needs is not renamed or deleted', async () => {
      const client = open();
      const trash = (await client.getFolder('\\Trash'))!;
      const refused = {
        code: 'SERVER_REFUSED',
        message: `Exchange needs the folder "${trash.path}"`,
        description: 'You can rename or delete only folders that someone created.',
      };
      await expect(client.deleteFolder('\\Trash')).rejects.toMatchObject(refused);
      await expect(client.renameFolder('\\Trash', 'Bin')).rejects.toMatchObject(refused);
      expect(await client.getFolder('\\Trash')).toMatchObject({ path: trash.path });
    });

    it('for a use that Exchange does not have is not found', async () => {
      await expect(open().listMessages('\\Flagged', {}, { content: false }, 1)).rejects.toMatchObject({
        code: 'FOLDER_NOT_FOUND',
        message: 'This mailbox has no folder for Flagged',
        description: expect.stringMatching(/^Check "Folder" for typing errors/) as string,
      });
    });
  });
}
