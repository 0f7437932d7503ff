import { updateDisplayOptions, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

/*
 * Workflows that people have built keep the version of the node that they were built with, and its fields (typeVersion).
 * A saved field keeps its name, its type and its meaning within a version.
 */

export const VERSIONS = { version: [1, 2], defaultVersion: 2 };

/** Fields that only version 1 of a node has. */
export const inVersion1 = (fields: INodeProperties[]): INodeProperties[] =>
  updateDisplayOptions({ show: { '@version': [1] } }, fields);

/** Whether a workflow has the node as version 1. */
export const isVersion1 = (context: Pick<IExecuteFunctions, 'getNode'>): boolean =>
  context.getNode().typeVersion === 1;

/** Fields that version 1 of a node does not have. */
export const sinceVersion2 = (fields: INodeProperties[]): INodeProperties[] =>
  updateDisplayOptions({ show: { '@version': [{ _cnd: { gte: 2 } }] } }, fields);
