/** How EWS shows the items of a class, and what of them it demands where they are changed. */
export interface ItemKind {
  element: string;
  /** Whether it has what a message has: recipients, a sender, whether it was read. */
  fields: 'item' | 'message' | 'post';
}

const KINDS: ReadonlyArray<[RegExp, ItemKind]> = [
  [/^IPM\.Appointment\b/i, { element: 't:CalendarItem', fields: 'item' }],
  [/^IPM\.Task\b/i, { element: 't:Task', fields: 'item' }],
  [/^IPM\.Contact\b/i, { element: 't:Contact', fields: 'item' }],
  [/^IPM\.DistList\b/i, { element: 't:DistributionList', fields: 'item' }],
  [/^IPM\.Post\b/i, { element: 't:PostItem', fields: 'post' }],
  [/^IPM\.Schedule\.Meeting\.Request\b/i, { element: 't:MeetingRequest', fields: 'message' }],
  [/^IPM\.Schedule\.Meeting\.Canceled\b/i, { element: 't:MeetingCancellation', fields: 'message' }],
  [/^IPM\.Schedule\.Meeting\.Resp\b/i, { element: 't:MeetingResponse', fields: 'message' }],
];

/** Everything else, reports too, is a message. */
export const kindOf = (itemClass: string): ItemKind =>
  KINDS.find(([pattern]) => pattern.test(itemClass))?.[1] ?? { element: 't:Message', fields: 'message' };

const BY_ELEMENT: Readonly<Record<string, string>> = {
  CalendarItem: 'IPM.Appointment',
  Task: 'IPM.Task',
  Contact: 'IPM.Contact',
  PostItem: 'IPM.Post',
  MeetingRequest: 'IPM.Schedule.Meeting.Request',
};

/** The class of an item that is created without one. */
export const classOf = (element: string): string => BY_ELEMENT[element] ?? 'IPM.Note';
