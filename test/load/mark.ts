import { node, type WorkflowNode } from '../servers/workflow';

/** Marks the message as read. */
export const mark = (id: string): WorkflowNode =>
  node('Mark', 'n8n-nodes-email-session.emailMailbox', {
    ...{ sessionName: 'Default', resource: 'message', operation: 'mark' },
    ...{ select: 'id', messageId: id, readState: 'yes' },
  });
