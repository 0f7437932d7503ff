import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isObject, optionsOf, somethingElse } from '../../../../n8n/expression-values';
import { switchOf, type ParameterContext } from './read-parameters';

/** A yes/no option of an operation. */
export interface SwitchOption extends INodeProperties {
  /** The value if the option is not added, and the first value in the editor if it is. */
  default: boolean;
}

/** As `optionsOf`. */
export const readOptions = (
  context: ParameterContext,
  itemIndex: number,
  { name, displayName }: Pick<INodeProperties, 'name' | 'displayName'> = ALL,
): IDataObject => optionsOf(displayName, context.getNodeParameter(name, itemIndex, {})) as IDataObject;

const ALL = { name: 'options', displayName: 'Options' };

/**
 * The rows of an option that has several, such as headers.
 *
 * @param key of the list of rows within the option
 * @throws {MailError} INVALID_INPUT if an expression gave something else
 */
export function readRows(displayName: string, value: unknown, key: string): IDataObject[] {
  const rows = value === undefined || value === null ? [] : isObject(value) ? (value[key] ?? []) : undefined;
  if (Array.isArray(rows) && rows.every(isObject)) return rows as IDataObject[];
  throw somethingElse(displayName);
}

/**
 * The value of an option; its default if it was not added, or if its expression gave nothing.
 *
 * @throws {MailError} INVALID_INPUT
 */
export const isOn = ({ displayName, name, default: preset }: SwitchOption, options: IDataObject): boolean =>
  switchOf(displayName, options[name], preset);
