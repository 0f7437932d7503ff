import type { FetchMessageObject, FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';

import type { BodyPart } from '../mime/body-part';
import { attachments } from '../mime/classify';
import { rawFields } from '../mime/header';
import { partFromFields, writtenType } from '../mime/part-header';
import { subjectIn } from '../mime/subject';
import { SUBSTITUTED, isSubstitute } from '../mime/substitute';
import type { Message, MessageContent } from '../model/message';
import { previewOf } from '../model/preview';
import type { FetchOptions } from '../model/query';
import { fetchContents } from './content';
import { SUMMARY_FIELDS, toMessage } from './convert';
import { partHeaders, readWhole, type PartHeader } from './doubts';
import { fetchEach, ignoreRefused, type OnRefused } from './fetch-each';
import { fetchHeaders } from './header-fields';
import { hasNone, previewIn, previewsOfBodies } from './preview';
import { naming, readOne } from './read-one';
import { corrected, structureOf, type Structure } from './structure';
import { toSets } from './uid-set';

/** A message with the location of its bodies, or with the bodies if the whole message was read. */
export interface FetchedMessage {
  uid: number;
  message: Message;
  structure?: BodyPart;
  content?: MessageContent;
}

/** Reads the summaries of a set of messages with one command, newest first. */
export async function fetchSummaries(
  flow: ImapFlow,
  mailbox: MailboxObject,
  set: string,
  uid: boolean,
  onRefused: OnRefused,
  fields: FetchQueryObject = SUMMARY_FIELDS,
): Promise<FetchedMessage[]> {
  let found: FetchedMessage[] = [];
  const doubtful: Array<FetchedMessage & Structure> = [];
  const withoutHeader: FetchMessageObject[] = [];
  let hasPreviews = !fields.bodyParts;
  for await (const item of fetchWithPreview(flow, set, fields, uid, onRefused)) {
    if (fields.headers && !item.headers?.length) withoutHeader.push(item);
    else take(item);
    if (!hasNone(item)) hasPreviews = true;
  }
  // Some servers return no header, but know what is in it.
  if (withoutHeader.length > 0) {
    const envelopes = await envelopesOf(flow, set, uid);
    for (const item of withoutHeader) take({ ...item, envelope: envelopes.get(item.uid) });
  }
  found.push(...(await settle(flow, doubtful, onRefused)));
  if (!hasPreviews && found.length > 0) {
    const { refused, refuse } = noting(onRefused);
    const previews = await previewsOfBodies(flow, set, uid, naming(refuse, found));
    found = found.filter((one) => !refused.has(one.uid));
    for (const one of found) one.message = withPreview(one.message, previews.get(one.uid));
  }
  // A FETCH answers in any order; the UID of a message grows with its arrival in the folder.
  return found.sort((a, b) => b.uid - a.uid);

  function take(item: FetchMessageObject): void {
    const subject = () => subjectIn(item.headers);
    const one = readOne(item.uid, onRefused, () => summaryOf(item, mailbox, fields), subject);
    if (one && isSubstitute(one.message)) onRefused(item.uid, { words: SUBSTITUTED, isTemporary: false });
    else if (one) (one.doubt === 'none' ? found : doubtful).push(one);
  }
}

/** What a message says of itself in the answer. */
function summaryOf(
  item: FetchMessageObject,
  { path, uidValidity }: MailboxObject,
  { bodyStructure }: FetchQueryObject,
): FetchedMessage & Structure {
  const header = item.headers?.length ? rawFields(item.headers) : undefined;
  const { structure, doubt }: Structure = bodyStructure ? structureOf(item, header) : { doubt: 'none' };
  const summary = toMessage(item, path, uidValidity, header ?? [], structure);
  return { uid: item.uid, message: withPreview(summary, previewIn(item)), structure, doubt };
}

/** Notes which messages are reported. */
function noting(onRefused: OnRefused): { refused: ReadonlySet<number>; refuse: OnRefused } {
  const refused = new Set<number>();
  const refuse: OnRefused = (uid, refusal) => {
    refused.add(uid);
    onRefused(uid, refusal);
  };
  return { refused, refuse };
}

const withPreview = (message: Message, preview: string | undefined): Message =>
  preview === undefined ? message : { ...message, preview };

/** Fetches as `fetchEach` does. A message that the server does not give with its preview is given without it. */
async function* fetchWithPreview(
  flow: ImapFlow,
  set: string,
  fields: FetchQueryObject,
  uid: boolean,
  onRefused: OnRefused,
): AsyncGenerator<FetchMessageObject> {
  if (!fields.bodyParts) return yield* fetchEach(flow, set, fields, uid, onRefused);
  const refused: number[] = [];
  yield* fetchEach(flow, set, fields, uid, (one) => refused.push(one));
  for (const some of toSets(refused)) {
    yield* fetchEach(flow, some, { ...fields, bodyParts: undefined }, true, onRefused);
  }
}

async function envelopesOf(
  flow: ImapFlow,
  set: string,
  isUid: boolean,
): Promise<Map<number, FetchMessageObject['envelope']>> {
  const envelopes = new Map<number, FetchMessageObject['envelope']>();
  // A message whose envelope is refused is listed without it.
  for await (const { uid, envelope } of fetchEach(
    flow,
    set,
    { uid: true, envelope: true },
    isUid,
    ignoreRefused,
  ))
    envelopes.set(uid, envelope);
  return envelopes;
}

/** Reads more of those messages whose structure the server may have misread. Typical mail needs no extra command. */
async function settle(
  flow: ImapFlow,
  doubtful: ReadonlyArray<FetchedMessage & Structure>,
  onRefused: OnRefused,
): Promise<FetchedMessage[]> {
  if (doubtful.length === 0) return [];
  const asked = doubtful.flatMap(({ uid, doubt }) =>
    typeof doubt === 'object' ? [{ uid, parts: doubt.headersOf }] : [],
  );
  const { refused, refuse: refuseOne } = noting(onRefused);
  const refuse = naming(refuseOne, doubtful);
  // If the server does not return the part's header, its BODYSTRUCTURE is used.
  const headers = await partHeaders(flow, asked, refuse);
  const isUnreadable = (uid: number) =>
    readOne(uid, refuse, () => [...(headers.get(uid)?.values() ?? [])].some(isMisread)) === true;
  const whole = await readWhole(
    flow,
    doubtful.filter(({ uid, doubt }) => doubt === 'all' || isUnreadable(uid)).map(({ uid }) => uid),
    refuse,
  );
  const there = doubtful.filter(({ uid }) => !refused.has(uid));
  return there.flatMap((one): FetchedMessage[] => {
    const { uid, message } = one;
    const read = whole.get(uid);
    if (!read) return readOne(uid, refuse, () => settled(one, headers.get(uid))) ?? [];
    const { attachments: files, truncated, content } = read;
    const cut = truncated && { attachmentsTruncated: true as const };
    return [{ uid, content, message: { ...message, attachments: files, ...cut } }];
  });
}

/** A message as the headers of its parts describe it; none if it was deleted in the meantime. */
function settled(
  { uid, message, structure }: FetchedMessage,
  headers: ReadonlyMap<string, PartHeader> = new Map(),
): FetchedMessage[] {
  if (!structure) return [];
  const parts = [...headers].map(([part, { fields }]) => [part, partFromFields(fields)] as const);
  const better = corrected(structure, new Map(parts));
  return [{ uid, structure: better, message: { ...message, attachments: attachments(better) } }];
}

/** A multipart that the server listed as a single part without children, or a body that it took for a header. */
const isMisread = ({ fields, holdsBody }: PartHeader): boolean =>
  holdsBody || writtenType(fields).startsWith('multipart/');

/** Adds what was requested beyond the summary. Leaves out what the server does not return or no longer has. */
export async function complete(
  flow: ImapFlow,
  found: readonly FetchedMessage[],
  wanted: FetchOptions,
  onRefused: OnRefused,
): Promise<FetchedMessage[]> {
  const refuse = naming(onRefused, found);
  const headers = wanted.headers ? await fetchHeaders(flow, found, refuse) : undefined;
  const contents = wanted.content ? await fetchContents(flow, found, refuse) : undefined;
  return found.flatMap((one): FetchedMessage[] => {
    const [fields, content] = [headers?.get(one.uid), contents?.get(one.uid)];
    if ((headers && !fields) || (contents && !content)) return [];
    const more = readOne(one.uid, refuse, () => ({
      ...(fields && { headers: fields }),
      ...(content && { content }),
      ...(content && wanted.preview && { preview: previewOf(content.text) }),
    }));
    return more ? [{ ...one, message: { ...one.message, ...more } }] : [];
  });
}
