import type { MessageStructureObject } from 'imapflow';

const TYPE = /^[^/]+\/[^/]+$/;

/** Whether a structure shows where the parts of a message are: a multipart without parts does not. */
export const isUsable = (
  structure: MessageStructureObject | undefined,
): structure is MessageStructureObject =>
  structure !== undefined && (Boolean(structure.childNodes?.length) || !/^multipart\//.test(structure.type));

/**
 * A structure as it can be read: servers leave out the type of a part that names none, which is a text
 * (RFC 2045 section 5.2), or of a multipart.
 */
export function repaired(node: MessageStructureObject): MessageStructureObject {
  const { type = '', childNodes } = node;
  const usual = childNodes?.length ? 'multipart/mixed' : 'text/plain';
  return {
    ...node,
    type: TYPE.test(type) ? type : usual,
    ...(childNodes && { childNodes: childNodes.map(repaired) }),
  };
}
