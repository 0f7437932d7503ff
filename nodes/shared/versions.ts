import { updateDisplayOptions, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

/*
 * Workflows that people have built keep the version of the node that they were built with, and its fields (typeVersion).
 * A saved field keeps its name, its type and its meaning within a version.
 */

export const VERSIONS = { version: [1, 2], defaultVersion: 2 };

/** Of the nodes that open a session: version 3 begins with the easiest authentication of each provider. */
export const CONNECTING_VERSIONS = { version: [1, 2, 3], defaultVersion: 3 };

const inVersion =
  (version: number) =>
  (fields: INodeProperties[]): INodeProperties[] =>
    updateDisplayOptions({ show: { '@version': [version] } }, fields);

const since =
  (version: number) =>
  (fields: INodeProperties[]): INodeProperties[] =>
    updateDisplayOptions({ show: { '@version': [{ _cnd: { gte: version } }] } }, fields);

/** Fields that only version 1 of a node has. */
export const inVersion1 = inVersion(1);

/** Fields that only version 2 of a node has. */
export const inVersion2 = inVersion(2);

/** Whether a workflow has the node as version 1. */
export const isVersion1 = (context: Pick<IExecuteFunctions, 'getNode'>): boolean =>
  context.getNode().typeVersion === 1;

/** Fields that version 1 of a node does not have. */
export const sinceVersion2 = since(2);

/** Fields that versions 1 and 2 of a node do not have. */
export const sinceVersion3 = since(3);
