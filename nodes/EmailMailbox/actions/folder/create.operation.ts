import { invalidInput, isMailError } from '../../../../mail/errors';
import { isOn, readOptions, type SwitchOption } from '../fields/options';
import { textOf } from '../fields/read-parameters';
import { forEachItem } from '../shared/each-item';
import { toJson } from './output';
import { defineOperation } from '../operation';

const FAIL_IF_EXISTS: SwitchOption = {
  displayName: 'Fail If It Exists',
  name: 'failIfExists',
  type: 'boolean',
  default: false,
  description: 'Whether to fail if the folder already exists. If off, the node returns the existing folder.',
};

export const create = defineOperation({
  value: 'create',
  name: 'Create',
  action: 'Create a folder',
  description: 'Create a new folder',
  fields: [
    {
      displayName: 'Path',
      name: 'path',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Archive/2026',
      description: 'Path of the new folder. Use the separator of the server, such as / or a dot.',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [FAIL_IF_EXISTS],
    },
  ],
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { use }) => {
    const path = textOf(context.getNodeParameter('path', itemIndex, '')).trim();
    if (!path)
      throw invalidInput('Path', 'it is empty', 'Enter the path of the new folder, such as Archive/2026.');
    const failIfExists = isOn(FAIL_IF_EXISTS, readOptions(context, itemIndex));
    try {
      const made = await use(async (client) => await client.createFolder(path));
      return [{ json: { created: true, ...toJson(made) } }];
    } catch (error) {
      const existing =
        isMailError(error, 'FOLDER_EXISTS') && !failIfExists
          ? await use(async (client) => await client.getFolder(path))
          : undefined;
      if (!existing) return await Promise.reject(error as Error);
      return [{ json: { created: false, ...toJson(existing) } }];
    }
  }),
});
