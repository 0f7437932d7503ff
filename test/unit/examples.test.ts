import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { NodeHelpers, type INode, type INodeParameters, type INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { EmailConnect } from '../../nodes/EmailConnect/EmailConnect.node';
import { EmailDisconnect } from '../../nodes/EmailDisconnect/EmailDisconnect.node';
import { EmailMailbox } from '../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../nodes/EmailTrigger/EmailTrigger.node';

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
    for (const key of ['id', 'name', 'position'] as const) {
      expect(new Set(nodes.map((node) => JSON.stringify(node[key]))).size, key).toBe(nodes.length);
    }
  });

  it.each(ours.map((node) => [node.name, node] as const))(
    '%s sets only fields that it shows',
    (_name, node) => {
      const { description } = TYPES[node.type]!;
      // n8n drops a field that the node does not have, or does not show, without a word.
      const shown = NodeHelpers.getNodeParameters(
        description.properties,
        node.parameters,
        true,
        false,
        node,
        description,
      );
      const unknown = (set: INodeParameters, known: INodeParameters): string[] =>
        Object.keys(set).filter((name) => !(name in known));
      expect(unknown(node.parameters, shown!)).toEqual([]);
      for (const field of ['filters', 'options', 'attachmentFilters']) {
        const property = description.properties.filter(({ name }) => name === field);
        const known = property.flatMap(({ options = [] }) => options.map(({ name }) => name));
        const set = Object.keys((node.parameters[field] as INodeParameters | undefined) ?? {});
        expect(set.filter((name) => !known.includes(name))).toEqual([]);
      }
    },
  );
});
