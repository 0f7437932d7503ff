import { attachmentIndexes, attachmentJson } from './attachments-json';
import type { Call, Json } from './call';
import { renderProperties } from './extended';
import { renderMessage, type View } from './fields';
import type { StoredItem } from '../exchange/mailbox';
import { parseExpand, parseSelect } from './options';
import { badRequest, GraphError } from './errors';

/** Whether the request asks for the text of a damaged message. */
export const isUnreadable = (call: Call, { isDamaged }: StoredItem): boolean =>
  isDamaged === true && (parseSelect(call.query.get('$select')) ?? ['body']).includes('body');

export const viewOf = ({ immutable, prefersText, world: { bodies } }: Call): View => ({
  immutable,
  prefersText,
  bodies,
});

/** A message as $select and $expand ask for it. */
export function viewed(call: Call, item: StoredItem): Json {
  const view = viewOf(call);
  if (isUnreadable(call, item)) {
    // As Graph says it of one message (https://github.com/microsoftgraph/microsoft-graph-docs/issues/2913).
    const message = 'Content conversion failed., Content conversion: Body conversion failed.';
    throw new GraphError(500, 'ErrorContentConversionFailed', message);
  }
  const message = renderMessage(item, view, parseSelect(call.query.get('$select')));
  for (const { name, options } of parseExpand(call.query.get('$expand'))) {
    if (name === 'attachments') {
      const select = parseSelect(options.get('$select'));
      message.attachments = attachmentIndexes(item).map((index) =>
        attachmentJson(item, index, view.immutable, select),
      );
    } else if (name === 'singleValueExtendedProperties') {
      const properties = renderProperties(item, options.get('$filter'));
      if (properties.length > 0) message[name] = properties;
    } else throw badRequest(`'${name}' cannot be expanded here.`);
  }
  return message;
}
