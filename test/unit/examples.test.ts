import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { INode, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { EmailConnect } from '../../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../nodes/EmailTrigger/EmailTrigger.node';
import { wrongFields } from '../servers/node-fields';

const FOLDER = join(__dirname, '..', '..', 'examples');
const TYPES: Record<string, INodeType> = Object.fromEntries(
  [new EmailConnect(), new EmailDisconnect(), new EmailMailbox(), new EmailTrigger()].map((type) => [
    `n8n-nodes-email-session.${type.description.name}`,
    type,
  ]),
);

interface Example {
  nodes: INode[];
}
const examples = readdirSync(FOLDER).map(
  (file) => [file, JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Example] as const,
);

describe.each(examples)('%s', (_file, { nodes }) => {
  const ours = nodes.filter(({ type }) => type in TYPES);

  it('has our nodes in their newest version, with names and places of their own', () => {
    expect(ours.length).toBeGreaterThan(0);
    for (const { type, typeVersion, name } of ours) {
      expect(typeVersion, name).toBe(TYPES[type]!.description.defaultVersion);
    }
    for (const key of ['id', 'name', 'position'] as const) {
      expect(new Set(nodes.map((node) => JSON.stringify(node[key]))).size, key).toBe(nodes.length);
    }
  });

  it.each(ours.map((node) => [node.name, node] as const))(
    '%s sets its fields as the editor does, and only those that it shows',
    (_name, node) => {
      expect(wrongFields(TYPES[node.type]!.description, node)).toEqual([]);
    },
  );
});
