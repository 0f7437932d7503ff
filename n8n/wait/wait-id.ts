import { createHash } from 'node:crypto';

import { idsIn } from '../../mail/mime/reply';

/** A question to which a run waits for an answer. */
export interface Waiting {
  runId: string;
  nodeId: string;
  /** Its id, which nobody can guess: 16 hexadecimal digits. */
  question: string;
  /** Shows that this n8n has asked it: see `proofOf`. */
  proof: string;
}

/**
 * What only this n8n can make of a question: so that nobody can write a mail that is taken for an answer, and starts no
 * run. It is made of n8n's signature, which cannot be made of it.
 *
 * @param sign makes a URL for the node that asks, signed by n8n
 */
export function proofOf(sign: (parameters: Record<string, string>) => string, question: string): string {
  const signature = new URL(sign({ question, by: 'reference' })).searchParams.get('signature') ?? '';
  return createHash('sha256').update(signature).digest('hex').slice(0, 16);
}

/** RFC 5322 section 3.6.4. In hexadecimal, the id of a node may be any text. */
const WAIT_ID =
  /<n8n\.wait\.([\w-]{1,64})\.([0-9a-f]{2,256})\.([0-9a-f]{16})\.([0-9a-f]{16})@[^<>\s]{1,255}>/i;

/** Of a References header. A longer one is cut by many programs too. */
const LONGEST = 100_000;
/** Of the question's second id. */
const DOMAIN = '@n8n.wait';

/**
 * What the Message-ID of the question begins with. It names the run and its node, so that whoever reads the answer finds
 * them. There is no secret in it: n8n takes an answer only with its signature.
 */
export const waitIdLeft = ({ runId, nodeId, question, proof }: Waiting): string =>
  `n8n.wait.${runId}.${Buffer.from(nodeId).toString('hex')}.${question}.${proof}`;

/**
 * The same for References. Some servers give a message another Message-ID (Microsoft 365, Amazon SES), and programs copy
 * both into their replies.
 */
export const waitReference = (waiting: Waiting): string => `<${waitIdLeft(waiting)}${DOMAIN}>`;

/**
 * The question to which a message is a reply. What replies to its answer, or comes later in the thread, is none.
 *
 * @param references of a reply are those of what it replies to, and then its Message-ID (RFC 5322 section 3.6.4)
 */
export function repliedTo(inReplyTo: string, references = ''): Waiting | undefined {
  const direct = waitingIn(inReplyTo);
  if (direct) return direct;
  const parents = new Set(idsIn(inReplyTo.slice(0, LONGEST)));
  const last = idsIn(references.slice(0, LONGEST)).findLast((id) => !parents.has(id));
  return last?.toLowerCase().endsWith(`${DOMAIN}>`) ? waitingIn(last) : undefined;
}

/** The question that a header names. */
export function waitingIn(header: string | undefined): Waiting | undefined {
  const [found, runId = '', node = '', question = '', proof = ''] =
    WAIT_ID.exec((header ?? '').slice(0, LONGEST)) ?? [];
  if (!found) return undefined;
  return {
    runId,
    nodeId: Buffer.from(node, 'hex').toString(),
    question: question.toLowerCase(),
    proof: proof.toLowerCase(),
  };
}
