import { attachment } from './attachment';
import { draft } from './draft';
import { folder } from './folder';
import { message } from './message';
import type { Resource } from './resource';

/** All that the node offers: what the editor shows, what runs, and what the tests ask for are read from here. */
export const RESOURCES: readonly Resource[] = [attachment, draft, folder, message];
