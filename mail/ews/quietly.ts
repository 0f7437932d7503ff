import { isAtLeast, type EwsVersion } from '../account/ews-settings';

/*
 * Exchange tells people of a change unless it is told not to: the sender, whose message was read or deleted unread; who
 * was invited to a meeting that is deleted. Nobody who builds a workflow has asked for that, and over IMAP nobody is told.
 * What it has to be told for meetings and tasks stands in every request, since they lie among the mail, and the request is
 * refused without it.
 */

/** Attributes of DeleteItem. */
export const deletingQuietly = (version: EwsVersion): string =>
  ` SendMeetingCancellations="SendToNone" AffectedTaskOccurrences="AllOccurrences"${withoutReceipts(version)}`;

/** Attributes of UpdateItem. */
export const updatingQuietly = (version: EwsVersion): string =>
  ` SendMeetingInvitationsOrCancellations="SendToNone"${withoutReceipts(version)}`;

/** Older versions do not know the attribute, and refuse it. */
const withoutReceipts = (version: EwsVersion): string =>
  isAtLeast(version, 'Exchange2013_SP1') ? ' SuppressReadReceipts="true"' : '';
