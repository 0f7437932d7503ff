import { answersTo, type DirectoryEntry } from './directory';
import { answerEach, EwsError, type Call } from './ews-calls';
import { child, childrenOf, isTrue, tag, textOf, value } from './xml';

/** Who an ambiguous name, an address or a legacyExchangeDN means ("ResolveNames operation"). */
export async function resolveNames(call: Call): Promise<string> {
  const wanted = textOf(call.request, 'UnresolvedEntry') ?? '';
  const found = call.directory.filter((entry) => answersTo(entry, wanted));
  const set = tag(
    'm:ResolutionSet',
    { TotalItemsInView: found.length, IncludesLastItemInRange: true },
    found.map((entry) => resolution(call, entry)),
  );
  return await answerEach(
    call,
    'ResolveNames',
    [found.length],
    (count) => {
      if (count === 1) return set;
      if (count === 0) throw new EwsError('ErrorNameResolutionNoResults', 'No results were found.');
      const message = 'Multiple results were found.';
      throw new EwsError('ErrorNameResolutionMultipleResults', message, undefined, 'Warning');
    },
    found.length > 0 ? set : '',
  );
}

function resolution({ request }: Call, { name, address }: DirectoryEntry): string {
  const mailbox = tag('t:Mailbox', {}, [
    ...[value('t:Name', name), value('t:EmailAddress', address), value('t:RoutingType', 'SMTP')],
    value('t:MailboxType', 'Mailbox'),
  ]);
  const contact = tag('t:Contact', {}, [
    value('t:DisplayName', name),
    tag('t:EmailAddresses', {}, tag('t:Entry', { Key: 'EmailAddress1' }, `SMTP:${address}`)),
    value('t:ContactSource', 'ActiveDirectory'),
  ]);
  const isFull = isTrue(request.attributes.ReturnFullContactData);
  return tag('t:Resolution', {}, [mailbox, isFull ? contact : '']);
}

const TYPE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Ids in another form. Here all forms are one but EWS' own of public folders, which there are none of. */
export const convertId = async (call: Call): Promise<string> =>
  await answerEach(call, 'ConvertId', childrenOf(child(call.request, 'SourceIds')), (source) => {
    const { Id = '', Mailbox = call.mailbox.address } = source.attributes;
    if (source.name !== 'AlternateId') {
      throw new EwsError('ErrorUnsupportedTypeForConversion', 'There are no public folders.');
    }
    if (!/^[\w+/-]+=*$/.test(Id)) throw new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
    return tag('m:AlternateId', {
      'xmlns:xsi': TYPE,
      'xsi:type': 't:AlternateIdType',
      Format: call.request.attributes.DestinationFormat ?? 'EwsId',
      Id,
      Mailbox,
    });
  });
