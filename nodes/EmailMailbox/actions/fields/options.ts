import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { switchOf } from './read-parameters';

/** A choice of yes or no among the options of an operation. */
export interface SwitchOption extends INodeProperties {
  /** What holds where the option is not added, and what the editor shows when it is. */
  default: boolean;
}

/**
 * What an option says; its default where it was not added, or its expression gave nothing.
 *
 * @throws {MailError} INVALID_INPUT
 */
export const isOn = ({ displayName, name, default: preset }: SwitchOption, options: IDataObject): boolean =>
  switchOf(displayName, options[name], preset);
