import {
  NodeConnectionTypes,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
} from 'n8n-workflow';

import { closedHandle } from '../../mail/session/handle';
import { closeSession } from '../../n8n/run/session';
import { sessionName } from '../../n8n/run/session-parameter';
import { codex } from '../shared/codex';
import { hint } from '../shared/hint';
import { passOn } from '../shared/pass-on';
import { VERSIONS } from '../shared/versions';
import { eachItem } from '../shared/per-item';
import * as listSearch from '../shared/session-lists';
import { USED_SESSION } from '../shared/session-name';

/** Closes a session before the end of the run, which would close it too. */
// An agent closes no session.
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool
export class EmailDisconnect implements INodeType {
  description: INodeType['description'] = {
    displayName: 'Email Disconnect',
    name: 'emailDisconnect',
    icon: { light: 'file:email-disconnect.svg', dark: 'file:email-disconnect.dark.svg' },
    codex: codex(['imap', 'logout', 'close']),
    group: ['output'],
    ...VERSIONS,
    subtitle: '={{ $parameter["sessionName"] }}',
    description: 'Close a mail session before the workflow run ends',
    defaults: { name: 'Email Disconnect' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    properties: [
      ...USED_SESSION,
      {
        displayName: 'Sessions also close by themselves when the workflow run ends',
        name: 'notice',
        type: 'notice',
        default: '',
      },
    ],
  };

  methods = { listSearch };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const tags = new Map<string, IDataObject>();
    const notOpen = new Set<string>();
    const output = await eachItem(this, async (itemIndex) => {
      const name = sessionName(this, itemIndex);
      const closed = await closeSession(this, name);
      if (closed) tags.set(name, closed.session ? { ...closedHandle(closed.session) } : { name });
      else if (!tags.has(name)) notOpen.add(`"${name}"`);
      const session = tags.get(name);
      // In version 1 only the item that closed the session says so.
      const replacing = { session: (closed && session) ?? { name }, closed: closed !== undefined };
      return [passOn(this, itemIndex, { ...(session && { added: { session } }), replacing })];
    });
    // In version 1 the items say this.
    if (notOpen.size > 0 && this.getNode().typeVersion >= 2) {
      hint(
        this,
        `No session named ${[...notOpen].join(', ')} was open. Check "Session Name" for typing errors.`,
      );
    }
    return [output];
  }
}
