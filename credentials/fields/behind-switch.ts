import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

export type Show = NonNullable<IDisplayOptions['show']>;

interface Switch {
  name: string;
  displayName: string;
  /** Begins with "Whether". */
  description: string;
}

/**
 * Fields that only some people need, behind a switch. The switch is only for the editor; whoever reads the credential
 * looks at the fields. Credentials that were saved before the switch existed have none, so the editor also shows a field
 * that is filled in while the switch is off: n8n drops what it does not show, when it saves and before a node gets it.
 *
 * @param show when to show any of it
 * @param key the field that says whether the others are filled in; if absent, each says so for itself
 */
export function behindSwitch(
  { name, displayName, description }: Switch,
  fields: readonly INodeProperties[],
  show: Show = {},
  key?: string,
): INodeProperties[] {
  const shown = (field: INodeProperties, more: Show): INodeProperties => ({
    ...field,
    displayOptions: { show: { ...show, ...more, ...field.displayOptions?.show } },
  });
  const presets = new Map(fields.map((field) => [field.name, field.default]));
  const isFilled = (field: INodeProperties): Show => {
    const told = field.type === 'notice' ? undefined : (key ?? field.name);
    return told === undefined ? {} : { [told]: [{ _cnd: { not: presets.get(told) as string } }] };
  };
  return [
    {
      ...{ displayName, name, type: 'boolean', description, displayOptions: { show } },
      default: false,
    },
    ...fields.map((field) => shown(field, { [name]: [true] })),
    ...fields.map((field) => shown(field, { [name]: [false], ...isFilled(field) })),
  ];
}

/** How rarely needed fields are shown. */
export type Arrange = typeof behindSwitch;

/**
 * The same without the switch, for a credential that extends another one: of two fields with one name, n8n keeps only the
 * last there, so that nothing behind the switch could be filled in.
 */
export const withoutSwitch: Arrange = (_switch, fields, show = {}) =>
  fields.map((field) => ({ ...field, displayOptions: { show: { ...show, ...field.displayOptions?.show } } }));
