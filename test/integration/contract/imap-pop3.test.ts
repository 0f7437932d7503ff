import { describe } from 'vitest';

import { changesMail } from '../../contract/changing';
import { startDovecotLab } from '../../contract/dovecot-lab';
import { readsMail } from '../../contract/reading';

describe('IMAP', () => {
  readsMail(() => startDovecotLab('imap'), { flags: true, structure: true });
  changesMail(() => startDovecotLab('imap'), { keywords: true, newIds: true });
});

describe('POP3', () => {
  readsMail(() => startDovecotLab('pop3'), { flags: false, structure: false });
});
