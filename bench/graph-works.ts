import { chain, node, type Workflow, type WorkflowNode } from '../test/servers/workflow';

/** A piece of work on one mailbox, as a builder does it with either node. */
export interface GraphWork {
  title: string;
  /** How many messages there are, and the size of the attachment of each in bytes. */
  messages: number;
  attachment?: number;
  ours: object[];
  /** For version 2 of n8n's own node Microsoft Outlook. */
  theirs: object[];
}

/** Only what is needed to name the messages. */
const THEIR_IDS = { output: 'fields', fields: ['id'] };
const theirId = { messageId: { __rl: true, mode: 'id', value: '={{ $json.id }}' } };

export const GRAPH_WORKS = {
  list: {
    title: 'list 500 with bodies',
    messages: 500,
    ours: [{ options: { includeBody: true } }],
    theirs: [{ output: 'raw' }],
  },
  files: {
    title: "download 200 messages' attachments",
    messages: 200,
    attachment: 100_000,
    ours: [{}, { resource: 'attachment', operation: 'download' }],
    theirs: [{ options: { downloadAttachments: true } }],
  },
  mark: {
    title: 'mark 500 as read',
    messages: 500,
    ours: [{}, { operation: 'mark', readState: 'yes' }],
    theirs: [THEIR_IDS, { operation: 'update', ...theirId, updateFields: { isRead: true } }],
  },
  move: {
    title: 'move 1,000',
    messages: 1000,
    ours: [{}, { operation: 'move', destination: { __rl: true, mode: 'path', value: 'Archive' } }],
    theirs: [
      THEIR_IDS,
      { operation: 'move', ...theirId, folderId: { __rl: true, mode: 'id', value: 'archive' } },
    ],
  },
  delete: {
    title: 'delete 1,000',
    messages: 1000,
    ours: [{}, { operation: 'delete' }],
    theirs: [THEIR_IDS, { operation: 'delete', ...theirId }],
  },
} as const satisfies Record<string, GraphWork>;

export type GraphWorkName = keyof typeof GRAPH_WORKS;

export const OURS = 'n8n-nodes-email-session';
export const THEIRS = 'n8n-nodes-base.microsoftOutlook';

const once = (each: WorkflowNode) => ({ ...each, executeOnce: true });

export function ourWorkflow({ ours }: GraphWork): Workflow {
  const connect = node(
    'Connect',
    `${OURS}.emailConnect`,
    { provider: 'outlook', protocol: 'graph', authentication: 'oAuth2' },
    { credentials: { emailOutlookOAuth2Api: { id: '1', name: 'Mail' } } },
  );
  const list = { resource: 'message', operation: 'getMany', returnAll: true };
  const steps = ours.map((parameters, i) =>
    node(`Step ${i}`, `${OURS}.emailMailbox`, {
      ...(i === 0 ? list : { resource: 'message' }),
      ...parameters,
    }),
  );
  return chain('ours', [once(connect), ...steps]);
}

export const theirWorkflow = ({ theirs }: GraphWork): Workflow =>
  chain(
    'theirs',
    theirs.map((parameters, i) =>
      node(
        `Step ${i}`,
        THEIRS,
        {
          resource: 'message',
          ...(i === 0 ? { operation: 'getAll', returnAll: true } : {}),
          ...parameters,
        },
        { typeVersion: 2, credentials: { microsoftOutlookOAuth2Api: { id: '1', name: 'Mail' } } },
      ),
    ),
  );
