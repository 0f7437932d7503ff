import {
  NodeHelpers,
  Workflow,
  type INode,
  type INodeParameters,
  type INodePropertyOptions,
  type INodeType,
  type INodeTypes,
} from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { CELLS, PROVIDERS, choiceOf, findConnection, methodOf } from '../../../mail/account/providers';
import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';
import { loadCredential } from '../../../scripts/docs/generate';

const { properties } = new EmailConnect().description;

/** The fields of Email Connect that the editor shows with these values. */
const shown = (values: object, typeVersion = 3) =>
  properties.filter((field) =>
    NodeHelpers.displayParameter(values as never, field, { typeVersion } as INode, null),
  );

const choices = (values: object, typeVersion?: number) =>
  shown(values, typeVersion)
    .filter(({ name }) => name === 'authentication')
    .flatMap(({ options }) => options as INodePropertyOptions[]);

const notices = (values: object) =>
  shown(values)
    .filter(({ type }) => type === 'notice')
    .map(({ displayName }) => displayName);

/** The parameters of a node that was saved with these: as a run reads them. */
function resolved(type: INodeType, typeVersion: number, parameters: object) {
  const nodeTypes = { getByNameAndVersion: () => type } as unknown as INodeTypes;
  const node = { id: '1', name: 'It', type: 'x', typeVersion, position: [0, 0], parameters } as INode;
  return new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes }).getNode('It')!.parameters;
}

const OPENING: INodeType[] = [new EmailConnect(), new EmailTrigger()];

/** What stands in a saved workflow for an authentication that nobody has changed: it must stay. */
const SAVED = {
  ...{ exchange: 'ntlm', fastmail: 'basic', gmail: 'oAuth2', icloud: 'basic', msn: 'oAuth2' },
  ...{ other: 'basic', outlook: 'oAuth2', yahoo: 'basic', zoho: 'basic' },
};

describe.each(OPENING)('what $description.displayName begins with', (node) => {
  const beginning = (typeVersion: number, parameters: object = {}) => {
    const { provider, protocol, authentication } = resolved(node, typeVersion, parameters);
    return { provider, protocol, authentication };
  };

  it.each([1, 2])('is the first authentication in version %i, as saved workflows mean it', (version) => {
    for (const [provider, authentication] of Object.entries(SAVED))
      expect(beginning(version, { provider })).toMatchObject({ provider, authentication });
  });

  it('is an app password in the newest version, where there is one', () => {
    expect(node.description.defaultVersion).toBe(3);
    expect(beginning(3, { provider: 'gmail' })).toMatchObject({ authentication: 'basic' });
    for (const [provider, authentication] of Object.entries({ ...SAVED, gmail: 'basic' }))
      expect(beginning(3, { provider })).toMatchObject({ provider, authentication });
  });

  it('is nothing that a provider has retired', () => {
    for (const { provider, authentication, method } of CELLS.filter((cell) => cell.method.retired)) {
      const begun = beginning(3, { provider }).authentication;
      expect([authentication, choiceOf(authentication, method)]).not.toContain(begun);
    }
  });

  it.each([1, 2, 3])('is another server in version %i', (version) => {
    const expected = { provider: 'other', protocol: 'imap', authentication: 'basic' };
    expect(beginning(version)).toEqual(expected);
  });
});

/** What n8n saves of these parameters: not what a field begins with. */
const saved = ({ description }: INodeType, typeVersion: number, parameters: object) =>
  NodeHelpers.getNodeParameters(
    description.properties,
    parameters as INodeParameters,
    false,
    false,
    { typeVersion } as INode,
    description,
  )!;

describe.each(OPENING)('what a user has chosen in $description.displayName', (node) => {
  it.each([1, 2, 3])('is the same in version %i after it was saved, whatever was picked first', (version) => {
    const isConnect = node.description.properties.some(({ name }) => name === 'operation');
    const picked = isConnect ? [undefined, ...PROVIDERS.map(({ id }) => id)] : [undefined];
    for (const operation of picked) {
      for (const { provider, authentication, method, row } of CELLS) {
        const value = version === 1 ? authentication : choiceOf(authentication, method);
        for (const protocol of row.protocols) {
          const chosen = { provider, protocol, authentication: value };
          const kept = saved(node, version, resolved(node, version, { operation, ...chosen }));
          expect(resolved(node, version, kept)).toMatchObject(chosen);
        }
      }
    }
  });

  it('needs only those fields in a file that differ from what the version begins with', () => {
    const chosen = { provider: 'gmail', protocol: 'imap', authentication: 'basic' };
    const byHand = resolved(node, 3, { provider: 'gmail' });
    expect(byHand).toMatchObject(chosen);
    const [latest, earlier] = [saved(node, 3, byHand), saved(node, 2, resolved(node, 2, chosen))];
    for (const name of ['operation', 'protocol', 'sessionName']) expect(latest).not.toHaveProperty(name);
    expect(latest).not.toHaveProperty('authentication');
    expect(earlier).toMatchObject({ provider: 'gmail', authentication: 'basic' });
  });
});

describe('the actions of Email Connect in the node panel', () => {
  const [connect] = OPENING as [INodeType];
  const actions = connect.description.properties.find(({ name }) => name === 'operation')!
    .options as INodePropertyOptions[];

  it('are one for each provider, in its words', () => {
    expect(actions.map(({ value }) => value)).toEqual(PROVIDERS.map(({ id }) => id));
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['Connect to any IMAP or POP3 server', 'Connect to Gmail']),
    );
  });

  it('choose the provider, which can still be changed', () => {
    for (const { id } of PROVIDERS)
      expect(resolved(connect, 3, { operation: id })).toMatchObject({ provider: id });
    const changed = { operation: 'gmail', provider: 'other' };
    expect(resolved(connect, 3, changed)).toMatchObject({ provider: 'other', authentication: 'basic' });
  });
});

describe('the choice of an authentication', () => {
  it.each(PROVIDERS.map(({ id }) => id))('says for %s when to take each, in one line', (provider) => {
    for (const { description = '' } of choices({ provider })) {
      expect(description).toMatch(/^[A-Z][^\n]{20,120}$/);
    }
    const easiest = choices({ provider }).filter(({ name }) => name === 'App Password');
    for (const { description } of easiest) expect(description).toMatch(/easiest/);
  });

  it('never becomes a retired one because the provider was changed', () => {
    // The editor keeps a value that the new provider has too, and otherwise takes the first one
    // (n8n: removeMismatchedOptionValues).
    const values = new Set(
      PROVIDERS.flatMap(({ id }) => choices({ provider: id })).map(({ value }) => value),
    );
    for (const { id } of PROVIDERS) {
      const offered = choices({ provider: id }).map(({ value }) => value);
      const retired = CELLS.filter(({ provider, method }) => provider === id && method.retired).map(
        ({ authentication, method }) => choiceOf(authentication, method),
      );
      expect(offered).toEqual(expect.arrayContaining(retired));
      const kept = [...values].filter((value) =>
        PROVIDERS.some(
          (from) => from.id !== id && choices({ provider: from.id }).some((one) => one.value === value),
        ),
      );
      expect(kept.filter((value) => retired.includes(String(value)))).toEqual([]);
    }
  });

  it('leads to the same cell in both versions', () => {
    expect(choices({ provider: 'msn' }, 1).map(({ value }) => value)).toEqual(['oAuth2', 'basic']);
    expect(choices({ provider: 'msn' }).map(({ value }) => value)).toEqual(['oAuth2', 'basicRetired']);
    expect(findConnection('msn', 'imap', 'basicRetired')).toEqual(findConnection('msn', 'imap', 'basic'));
    expect(() => findConnection('other', 'imap', 'basicRetired')).toThrow(/does not offer/);
    for (const authentication of ['basic', 'basicRetired']) {
      expect(notices({ provider: 'msn', protocol: 'imap', authentication })).toContain(
        methodOf('msn', 'basic')?.notice,
      );
      for (const { description } of [new EmailConnect(), new EmailTrigger()]) {
        const slots = description.credentials?.filter((slot) =>
          NodeHelpers.displayParameter(
            { provider: 'msn', authentication },
            slot,
            { typeVersion: 2 } as INode,
            null,
          ),
        );
        expect(slots?.map(({ name }) => name)).toEqual(['emailMsnBasicApi']);
      }
    }
  });
});

it.each([
  ['graph', 'oAuth2', 'Microsoft Graph'],
  ['graph', 'pkce', 'Microsoft Graph'],
  ['ews', 'oAuth2', 'EWS'],
])(
  'with %s and %s, a notice says what Access in the credential must be',
  (protocol, authentication, access) => {
    const said = notices({ provider: 'outlook', protocol, authentication });
    expect(said).toContainEqual(
      expect.stringContaining(`<b>Access</b> in the credential must be <b>${access}</b>`),
    );
    const app = notices({ provider: 'outlook', protocol, authentication: 'clientCredentials' });
    expect(app.join()).not.toContain('Access');
  },
);

it.each(CELLS)(
  'the credential for $provider with $authentication is named after the provider',
  async (cell) => {
    const { displayName } = await loadCredential(cell.credentialType);
    expect(displayName).toMatch(/^Email Connect: .* API$/);
    expect(displayName).toContain(cell.row.name);
  },
);
