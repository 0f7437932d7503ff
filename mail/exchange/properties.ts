import type { FlagChanges } from '../model/client';

/** MAPI properties ([MS-OXPROPS]) that have no name in EWS's schema or Graph's resources, with their types. */
export const PROPERTIES = {
  /** PidTagFlagStatus: 2 is flagged, 1 is done. */
  flagStatus: ['0x1090', 'Integer'],
  /** PidTagLastVerbExecuted: 102 reply, 103 reply to all, 104 forward. */
  lastVerb: ['0x1081', 'Integer'],
  /** PidTagLastVerbExecutionTime. */
  lastVerbTime: ['0x1082', 'SystemTime'],
  /** PidTagIconIndex: the icon that Outlook shows next to the message. */
  iconIndex: ['0x1080', 'Integer'],
  /** PidTagMessageFlags: 1 read, 8 unsent. */
  messageFlags: ['0x0e07', 'Integer'],
  /** PidTagMessageSize, in bytes. */
  messageSize: ['0x0e08', 'Integer'],
  /** PidTagMessageDeliveryTime. */
  deliveryTime: ['0x0e06', 'SystemTime'],
  /** PidTagClientSubmitTime. */
  submitTime: ['0x0039', 'SystemTime'],
  /** PidTagNativeBody: 1 text, 2 RTF, 3 HTML. */
  nativeBody: ['0x1016', 'Integer'],
  /** PidTagInReplyToId, as the header has it. */
  inReplyTo: ['0x1042', 'String'],
  /** PidTagInternetReferences, as the header has it. */
  references: ['0x1039', 'String'],
  senderName: ['0x0c1a', 'String'],
  senderAddress: ['0x5d01', 'String'],
  /** PidTagSentRepresentingSmtpAddress: the address in From. */
  fromAddress: ['0x5d02', 'String'],
} as const;

export type Property = keyof typeof PROPERTIES;

/** PidTagLastVerbExecuted after a reply, to one or to all. */
const REPLIED = 102;
export const ANSWERS = [REPLIED, 103];
const FORWARDED = 104;

/** PidTagIconIndex ([MS-OXCMSG] section 2.2.1.10). */
const ICONS = { read: 0x100, replied: 0x105, forwarded: 0x106 };

/**
 * The properties for Outlook's display of a reply or forward: the last action, its time, and the icon.
 *
 * @returns properties with their values; empty if nothing changes
 */
export function verbProperties({ isAnswered, isForwarded }: FlagChanges): Array<[Property, string | number]> {
  if (isAnswered === undefined && isForwarded === undefined) return [];
  const [verb, icon] = isForwarded
    ? [FORWARDED, ICONS.forwarded]
    : isAnswered
      ? [REPLIED, ICONS.replied]
      : [0, ICONS.read];
  const time: Array<[Property, string]> = verb ? [['lastVerbTime', new Date().toISOString()]] : [];
  return [['lastVerb', verb], ...time, ['iconIndex', icon]];
}
export const isAnswer = (lastVerb: number | undefined): boolean => ANSWERS.includes(lastVerb ?? 0);

/** PidTagFlagStatus of a message that is flagged. */
export const FLAGGED = 2;

/** PidTagNativeBody of a message whose text was not generated from HTML. */
export const TEXT_BODY = 1;

/** PidTagMessageFlags for a message to store. */
export const messageFlags = ({ isRead = false, isDraft = false }): number =>
  (isRead ? 1 : 0) | (isDraft ? 8 : 0);
