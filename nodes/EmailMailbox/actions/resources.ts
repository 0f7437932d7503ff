import { attachment } from './attachment';
import { draft } from './draft';
import { folder } from './folder';
import { message } from './message';
import type { Resource } from './resource';

/**
 * All that the node offers. The editor's fields, the router and the tests read it from here. The node panel of the editor
 * shows the actions in this order.
 */
export const RESOURCES: readonly Resource[] = [message, attachment, draft, folder];
