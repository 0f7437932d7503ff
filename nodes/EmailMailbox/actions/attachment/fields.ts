import type { INodeProperties } from 'n8n-workflow';

/** The default for inline attachments, if the filter is not added or is empty. */
export const DEFAULT_INLINE = 'exclude';

/** Selects attachments of the messages. All criteria must match. */
export const ATTACHMENT_FILTERS: INodeProperties = {
  displayName: 'Attachments',
  name: 'attachmentFilters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description: 'Which attachments to include. They must match all filters.',
  options: [
    {
      displayName: 'Inline',
      name: 'inline',
      type: 'options',
      options: [
        {
          name: 'Exclude',
          value: 'exclude',
          description: 'Only attached files, no pictures shown in the text',
        },
        { name: 'Include', value: 'include', description: 'Also pictures shown in the text' },
        { name: 'Only', value: 'only', description: 'Only pictures shown in the text' },
      ],
      default: DEFAULT_INLINE,
    },
    {
      displayName: 'Largest Size (KB)',
      name: 'maxSize',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 10240,
      description: 'Largest size of the attachment on the server, in kilobytes of 1024 bytes',
    },
    {
      displayName: 'MIME Type',
      name: 'mimeType',
      type: 'string',
      default: '',
      placeholder: 'e.g. application/pdf, image/*',
      description: 'Types, separated by commas. * matches any text.',
    },
    {
      displayName: 'Name Pattern',
      name: 'namePattern',
      type: 'string',
      default: '',
      placeholder: 'e.g. *.pdf, invoice-*',
      description: 'File names, separated by commas. * matches any text and ? a single character.',
    },
    {
      displayName: 'Smallest Size (KB)',
      name: 'minSize',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 1,
      description: 'Smallest size of the attachment on the server, in kilobytes of 1024 bytes',
    },
  ],
};
