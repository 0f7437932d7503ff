import { compose, contentOf, type Content } from './compose';
import { answerEach, EwsError, idsIn, itemOf, type Call } from './ews-calls';
import { kindOf } from './ews-classes';
import { changeContent, isContent, isPeople } from './ews-content';
import { items, NO_ITEMS } from './ews-items';
import { givenProperty, KEYWORDS, propertyKey } from './ews-properties';
import { sendReceipt } from './ews-receipts';
import { renderId } from './ews-render';
import type { StoredItem } from './mailbox';
import { child, childrenOf, isTrue, tag, textOf, type Element } from './xml';

/** What the updates of one item come to. */
interface Changes {
  state: Partial<StoredItem>;
  content?: Content;
}

export const updateItem = async (call: Call): Promise<string> =>
  await answerEach(
    call,
    'UpdateItem',
    idsIn(call, 'ItemChanges'),
    async (change) => {
      const id = child(change, 'ItemId')!;
      const item = itemOf(call, id);
      assertDecided(call, item);
      assertCurrent(call, item, id);
      const changes: Changes = { state: {} };
      for (const update of childrenOf(change, 'Updates')) applyUpdate(item, changes, update);
      if (changes.state.isRead) sendReceipt(call, item, 'read');
      if (changes.content) await call.mailbox.rewrite(item, await compose(changes.content));
      call.mailbox.change(item, changes.state);
      const conflicts = tag('m:ConflictResults', {}, tag('t:Count', {}, '0'));
      return items(renderId(item)) + conflicts;
    },
    NO_ITEMS,
  );

/** What is to become of the message, and who of a meeting is told, has to be said ("UpdateItem operation"). */
function assertDecided({ request: { attributes } }: Call, { itemClass }: StoredItem): void {
  const { element, fields } = kindOf(itemClass);
  if (fields === 'message' && attributes.MessageDisposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'Message save/send operation is required.');
  }
  if (element === 't:CalendarItem' && attributes.SendMeetingInvitationsOrCancellations === undefined) {
    const message = 'SendMeetingInvitationsOrCancellations attribute is required for Calendar items.';
    throw new EwsError('ErrorSendMeetingInvitationsOrCancellationsRequired', message);
  }
}

/** Unless everything is to be overwritten, the client says which state of the item it knows. */
function assertCurrent({ request }: Call, { changeKey }: StoredItem, { attributes }: Element): void {
  const { ConflictResolution } = request.attributes;
  if (ConflictResolution === 'AlwaysOverwrite') return;
  if (attributes.ChangeKey === undefined) {
    throw new EwsError('ErrorChangeKeyRequired', 'Change key is required for this operation.');
  }
  if (ConflictResolution === 'NeverOverwrite' && attributes.ChangeKey !== changeKey) {
    const message =
      'The send or update operation could not be performed because the change key does not match.';
    throw new EwsError('ErrorIrresolvableConflict', message);
  }
}

function applyUpdate(item: StoredItem, changes: Changes, update: Element): void {
  const [path, message] = update.children;
  const isCleared = update.name === 'DeleteItemField';
  const set = isCleared ? undefined : message?.children[0];
  if (path!.name === 'ExtendedFieldURI') return applyProperty(item, changes.state, path!, set);
  const name = path!.attributes.FieldURI ?? '';
  const field = name.slice(name.indexOf(':') + 1);
  if (name === 'item:MimeContent' || name.startsWith('calendar:') || name.startsWith('task:')) {
    throw unsettable(name);
  }
  if (name.startsWith('message:') && kindOf(item.itemClass).fields === 'item') throw unsettable(name);
  if (name === 'message:IsRead') changes.state.isRead = isTrue(set?.text);
  else if (name === 'item:Flag') changes.state.isFlagged = textOf(set, 'FlagStatus') === 'Flagged';
  else if (name === 'item:Categories')
    changes.state.categories = (set?.children ?? []).map(({ text }) => text);
  else if (name === 'item:ItemClass') changes.state.itemClass = set?.text ?? 'IPM.Note';
  else if (isContent(field)) {
    if (isPeople(field) && !item.isDraft) {
      const text = `Update operation is invalid for property of a sent message: ${name}.`;
      throw new EwsError('ErrorInvalidPropertyUpdateSentMessage', text);
    }
    changes.content = changeContent(changes.content ?? contentOf(item.parsed), field, set);
  } else throw unsettable(name);
}

const unsettable = (name: string): EwsError =>
  new EwsError('ErrorInvalidPropertySet', `Set action is invalid for property ${name}.`);

/** Those that say what a flag or an answer says; all others are kept as they come. */
function applyProperty(
  item: StoredItem,
  state: Partial<StoredItem>,
  path: Element,
  set: Element | undefined,
): void {
  const key = propertyKey(path);
  const value = set && givenProperty(set);
  if (key === KEYWORDS) state.categories = value === undefined ? [] : [value].flat();
  else if (key === `tag:${0x1090}`) state.isFlagged = value === '2';
  else if (key === `tag:${0x1081}`) state.lastVerb = value === undefined ? undefined : Number(value);
  else if (key === `tag:${0x0e07}`) {
    if (value !== undefined) {
      state.isRead = (Number(value) & 1) === 1;
      state.isDraft = (Number(value) & 8) === 8;
    }
  } else if (key === `tag:${0x0e06}`)
    state.receivedAt = value === undefined ? undefined : new Date(String(value));
  else {
    const properties = new Map(state.properties ?? item.properties);
    if (value === undefined) properties.delete(key);
    else properties.set(key, value);
    state.properties = properties;
  }
}
