import { describe } from 'vitest';

import { tellsWhatArrived } from '../../contract/arriving';
import { changesMail } from '../../contract/changing';
import { startDovecotLab } from '../../contract/dovecot-lab';
import { readsMail } from '../../contract/reading';
import { givesThreads } from '../../contract/threads';
import { searchesFolders, searchesInbox } from '../../contract/searching';

describe('IMAP', () => {
  readsMail(() => startDovecotLab('imap'), { flags: true, structure: true });
  changesMail(() => startDovecotLab('imap'), { keywords: true, newIds: true });
  tellsWhatArrived(() => startDovecotLab('imap'), { folders: true });
  givesThreads(() => startDovecotLab('imap'), { folders: true, usualOnly: true, requests: [14, 12] });
  searchesFolders(() => startDovecotLab('imap'));
});

describe('IMAP of a server without previews', () => {
  const withoutPreview = 'imap_capability = IMAP4rev1 IDLE UIDPLUS MOVE LIST-EXTENDED SPECIAL-USE LITERAL+';
  readsMail(() => startDovecotLab('imap', { extraConfig: withoutPreview }), { flags: true, structure: true });
});

describe('POP3', () => {
  readsMail(() => startDovecotLab('pop3'), { flags: false, structure: false });
  tellsWhatArrived(() => startDovecotLab('pop3'), { folders: false });
  givesThreads(() => startDovecotLab('pop3'), { folders: false, usualOnly: false, requests: [24, 23] });
  searchesInbox(() => startDovecotLab('pop3'));
});
