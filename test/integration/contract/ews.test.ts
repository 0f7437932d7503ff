import { describe } from 'vitest';

import { tellsWhatArrived } from '../../contract/arriving';
import { changesMail } from '../../contract/changing';
import { startEwsLab } from '../../contract/ews-lab';
import { readsMail } from '../../contract/reading';

describe('EWS', () => {
  readsMail(() => startEwsLab(), { flags: true, structure: true });
  changesMail(() => startEwsLab('ntlm'), { keywords: true, newIds: true });
  tellsWhatArrived(() => startEwsLab(), { folders: true });
});

describe('EWS of an old server', () => {
  readsMail(() => startEwsLab('ntlm', 'Exchange2010_SP2'), { flags: true, structure: true, previews: false });
  changesMail(() => startEwsLab('basic', 'Exchange2010_SP2'), { keywords: true, newIds: true });
});

describe('EWS of Exchange 2007', () => {
  readsMail(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { flags: true, structure: true, previews: false });
  changesMail(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { keywords: true, newIds: true });
  tellsWhatArrived(() => startEwsLab('ntlm', 'Exchange2007_SP1'), { folders: true });
});
