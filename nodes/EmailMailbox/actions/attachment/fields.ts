import type { INodeProperties } from 'n8n-workflow';

/** Which attachments count by how they are shown, where the filter is not added or says nothing. */
export const DEFAULT_INLINE = 'exclude';

/** Which attachments of the messages are meant; all criteria have to hold. */
export const ATTACHMENT_FILTERS: INodeProperties = {
  displayName: 'Attachments',
  name: 'attachmentFilters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description: 'Which attachments are meant: they must meet all of these',
  options: [
    {
      displayName: 'Inline',
      name: 'inline',
      type: 'options',
      options: [
        { name: 'Exclude', value: 'exclude', description: 'Only what is beside the text' },
        { name: 'Include', value: 'include', description: 'Also pictures shown within the text' },
        { name: 'Only', value: 'only', description: 'Only pictures shown within the text' },
      ],
      default: DEFAULT_INLINE,
    },
    {
      displayName: 'Largest Size (KB)',
      name: 'maxSize',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 10240,
      description: 'Largest size as stored on the server, in kilobytes of 1024 bytes',
    },
    {
      displayName: 'MIME Type',
      name: 'mimeType',
      type: 'string',
      default: '',
      placeholder: 'application/pdf, image/*',
      description: 'Types, separated by commas; * stands for any text',
    },
    {
      displayName: 'Name Pattern',
      name: 'namePattern',
      type: 'string',
      default: '',
      placeholder: '*.pdf, invoice-*',
      description: 'File names, separated by commas; * stands for any text and ? for a character',
    },
    {
      displayName: 'Smallest Size (KB)',
      name: 'minSize',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 1,
      description: 'Smallest size as stored on the server, in kilobytes of 1024 bytes',
    },
  ],
};
