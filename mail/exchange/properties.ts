/** MAPI properties ([MS-OXPROPS]) that EWS's schema and Graph's resources have no name for, with their types. */
export const PROPERTIES = {
  /** PidTagFlagStatus: 2 is flagged, 1 is done. */
  flagStatus: ['0x1090', 'Integer'],
  /** PidTagLastVerbExecuted: 102 reply, 103 reply to all, 104 forward. */
  lastVerb: ['0x1081', 'Integer'],
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
  /** PidTagSentRepresentingSmtpAddress: of who the message is from. */
  fromAddress: ['0x5d02', 'String'],
} as const;

export type Property = keyof typeof PROPERTIES;

/** PidTagLastVerbExecuted of a message that was answered. */
export const REPLIED = 102;
export const ANSWERS = [REPLIED, 103];
export const isAnswer = (lastVerb: number | undefined): boolean => ANSWERS.includes(lastVerb ?? 0);

/** PidTagFlagStatus of a message that is flagged. */
export const FLAGGED = 2;

/** PidTagNativeBody of a message whose text is not made of HTML. */
export const TEXT_BODY = 1;

/** PidTagMessageFlags, for a message that is to be stored. */
export const messageFlags = ({ isRead = false, isDraft = false }): number =>
  (isRead ? 1 : 0) | (isDraft ? 8 : 0);
