import { describe } from 'vitest';

import { changesMail } from '../contract/changing';
import { startEwsLab } from '../contract/ews-lab';
import { readsMail } from '../contract/reading';

describe('EWS', () => {
  readsMail(() => startEwsLab(), { flags: true, structure: true });
  changesMail(() => startEwsLab('ntlm'), { keywords: true, newIds: true });
});
