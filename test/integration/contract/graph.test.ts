import { describe } from 'vitest';

import { tellsWhatArrived } from '../../contract/arriving';
import { changesMail } from '../../contract/changing';
import { startGraphLab } from '../../contract/graph-lab';
import { readsMail } from '../../contract/reading';
import { givesThreads } from '../../contract/threads';
import { searchesFolders } from '../../contract/searching';

describe('Graph', () => {
  readsMail(() => startGraphLab(), { flags: true, structure: true });
  changesMail(() => startGraphLab(), { keywords: true, newIds: true });
  tellsWhatArrived(() => startGraphLab(), { folders: true });
  givesThreads(() => startGraphLab(), { folders: true, usualOnly: false, requests: [3, 2] });
  searchesFolders(() => startGraphLab());
});

describe('Graph that turns texts into HTML, gives short pages, and is a national cloud', () => {
  readsMail(() => startGraphLab({ bodies: 'html', pageSize: 2 }), { flags: true, structure: true });
  changesMail(() => startGraphLab({ permanentDelete: false, pageSize: 2 }), {
    ...{ keywords: true, newIds: true, forgets: false },
  });
  tellsWhatArrived(() => startGraphLab({ pageSize: 2 }), { folders: true });
  givesThreads(() => startGraphLab({ bodies: 'html', pageSize: 2 }), {
    // Each page but the first repeats a message, so that pages of 2 bring 1.
    ...{ folders: true, usualOnly: false, requests: [27, 20] },
  });
  searchesFolders(() => startGraphLab({ bodies: 'html', pageSize: 2 }));
});
