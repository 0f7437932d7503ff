import { isAtLeast, type EwsVersion } from '../account/ews-settings';

/*
 * Exchange sends notifications about changes unless told not to: to the sender, if a message was read or deleted
 * unread; to the attendees, if a meeting is deleted. Users do not expect that from a workflow, and IMAP sends none. The
 * attributes for meetings and tasks are in every request, because these items can be in mail folders, and without the
 * attributes the request is refused.
 */

/** Attributes of DeleteItem. */
export const deletingQuietly = (version: EwsVersion): string =>
  ` SendMeetingCancellations="SendToNone" AffectedTaskOccurrences="AllOccurrences"${withoutReceipts(version)}`;

/** Attributes of UpdateItem. */
export const updatingQuietly = (version: EwsVersion): string =>
  ` SendMeetingInvitationsOrCancellations="SendToNone"${withoutReceipts(version)}`;

/** Older versions refuse the attribute, because they do not know it. */
const withoutReceipts = (version: EwsVersion): string =>
  isAtLeast(version, 'Exchange2013_SP1') ? ' SuppressReadReceipts="true"' : '';
