/** A question to which a run waits for an answer. */
export interface Waiting {
  runId: string;
  nodeId: string;
  /** Its id, which nobody can guess: 16 hexadecimal digits. */
  question: string;
}

/** RFC 5322 section 3.6.4. In hexadecimal, the id of a node may be any text. */
const WAIT_ID = /<n8n\.wait\.([\w-]{1,64})\.([0-9a-f]{2,256})\.([0-9a-f]{16})@[^<>\s]{1,255}>/i;

/** Of a References header. A longer one is cut by many programs too. */
const LONGEST = 100_000;

/**
 * What the Message-ID of the question begins with. It names the run and its node, so that whoever reads the answer finds
 * them. There is no secret in it: n8n takes an answer only with its signature.
 */
export const waitIdLeft = ({ runId, nodeId, question }: Waiting): string =>
  `n8n.wait.${runId}.${Buffer.from(nodeId).toString('hex')}.${question}`;

/**
 * The same for References. Some servers give a message another Message-ID (Microsoft 365, Amazon SES), and programs copy
 * both into their replies.
 */
export const waitReference = (waiting: Waiting): string => `<${waitIdLeft(waiting)}@n8n.wait>`;

/** The question that a header refers to, such as In-Reply-To. */
export function waitingIn(header: string | undefined): Waiting | undefined {
  const [found, runId = '', node = '', question = ''] = WAIT_ID.exec((header ?? '').slice(0, LONGEST)) ?? [];
  if (!found) return undefined;
  return { runId, nodeId: Buffer.from(node, 'hex').toString(), question: question.toLowerCase() };
}
