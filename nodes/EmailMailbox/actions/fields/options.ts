import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { switchOf } from './read-parameters';

/** A yes/no option of an operation. */
export interface SwitchOption extends INodeProperties {
  /** The value if the option is not added, and the first value in the editor if it is. */
  default: boolean;
}

/**
 * The value of an option; its default if it was not added, or if its expression gave nothing.
 *
 * @throws {MailError} INVALID_INPUT
 */
export const isOn = ({ displayName, name, default: preset }: SwitchOption, options: IDataObject): boolean =>
  switchOf(displayName, options[name], preset);
