import type { INodeProperties } from 'n8n-workflow';

/** In the order of their names, as n8n shows options. */
export const byName = (options: readonly INodeProperties[]): INodeProperties[] =>
  [...options].sort((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
