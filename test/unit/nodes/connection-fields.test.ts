import { NodeHelpers, type INode, type INodePropertyOptions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import { CELLS, PROVIDERS, choiceOf, findConnection, methodOf } from '../../../mail/account/providers';
import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';
import { loadCredential } from '../../../scripts/docs/generate';

const { properties } = new EmailConnect().description;

/** The fields of Email Connect that the editor shows with these values. */
const shown = (values: object, typeVersion = 2) =>
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
      expect(retired).not.toContain(offered[0]);
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
