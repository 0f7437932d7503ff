import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ICredentialType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';

import type { MailError } from '../../../mail/errors';
import {
  AUTHENTICATIONS,
  CELLS,
  PROTOCOLS,
  PROVIDERS,
  cloudsOf,
  findConnection,
  type ProviderRow,
} from '../../../mail/account/providers';
import { EmailConnect } from '../../../nodes/EmailConnect/EmailConnect.node';
import { EmailMailbox } from '../../../nodes/EmailMailbox/EmailMailbox.node';
import { EmailTrigger } from '../../../nodes/EmailTrigger/EmailTrigger.node';

const ROOT = join(__dirname, '..', '..', '..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  n8n: { credentials: string[]; nodes: string[] };
};
const connect = new EmailConnect();

const cells = CELLS.map(({ provider, authentication, credentialType, row, method }) => ({
  ...{ provider, authentication, credentialType, method },
  protocols: row.protocols,
}));

/** The class that a registered file exports; n8n finds it by the name of the file. */
async function loadRegistered(file: string): Promise<ICredentialType> {
  const source = file.replace(/^dist/, ROOT).replace(/\.js$/, '.ts');
  const className = basename(file).replace(/\..*$/, '');
  const module = (await import(/* @vite-ignore */ source)) as Record<string, new () => ICredentialType>;
  const Registered = module[className];
  if (!Registered) throw new Error(`${file} exports no ${className}`);
  return new Registered();
}

describe('every cell of the connection matrix', () => {
  it.each(cells)('$provider with $authentication has its credential registered', async (cell) => {
    const types = await Promise.all(manifest.n8n.credentials.map(loadRegistered));
    expect(types.map(({ name }) => name)).toContain(cell.credentialType);
  });

  it.each(cells)('$provider with $authentication has a slot in Email Connect, and a test', (cell) => {
    const slot = connect.description.credentials?.find(({ name }) => name === cell.credentialType);
    expect(slot, `slot for ${cell.credentialType}`).toBeDefined();
    expect(slot?.required).toBe(true);
    expect(slot?.displayOptions?.show?.['/provider']).toContain(cell.provider);
    expect(slot?.displayOptions?.show?.['/authentication']).toContain(cell.authentication);
    const tests: Record<string, unknown> = connect.methods.credentialTest;
    // n8n tests the credentials itself whose token it keeps.
    if (cell.credentialType.endsWith('OAuth2Api')) expect(slot?.testedBy).toBeUndefined();
    else expect(tests[String(slot?.testedBy)]).toBeTypeOf('function');
  });

  it.each(cells)(
    '$provider with $authentication has a credential with icons and a page in docs',
    async (cell) => {
      const types = await Promise.all(manifest.n8n.credentials.map(loadRegistered));
      const type = types.find(({ name }) => name === cell.credentialType);
      const icons = type?.icon as Record<'light' | 'dark', string> | undefined;
      for (const icon of [icons?.light, icons?.dark]) {
        expect(existsSync(join(ROOT, 'credentials', String(icon).replace('file:', '')))).toBe(true);
      }
      const page = /blob\/main\/(docs\/[\w-]+\.md)$/.exec(type?.documentationUrl ?? '')?.[1];
      expect(existsSync(join(ROOT, page ?? 'no page'))).toBe(true);
    },
  );

  it.each(cells)(
    '$provider with $authentication asks for the kind of password that it takes',
    async (cell) => {
      const types = await Promise.all(manifest.n8n.credentials.map(loadRegistered));
      const type = types.find(({ name }) => name === cell.credentialType);
      const asksForAppPassword = type?.properties.some(({ displayName }) => displayName === 'App Password');
      const { appPassword, passwordAdvice, name } = cell.method;
      expect(appPassword !== undefined).toBe(asksForAppPassword);
      expect(passwordAdvice !== undefined).toBe(asksForAppPassword);
      if (name === 'App Password') expect(asksForAppPassword).toBe(true);
      // What the node advises stands on the credential's page too.
      const page = readFileSync(
        join(ROOT, /docs\/[\w-]+\.md$/.exec(type?.documentationUrl ?? '')?.[0] ?? ''),
        'utf8',
      );
      for (const [url] of passwordAdvice?.matchAll(/https:\/\/[^\s,)]+/g) ?? []) expect(page).toContain(url);
    },
  );

  it.each(cells)('$provider with $authentication is offered for each protocol', (cell) => {
    expect(cell.protocols.length).toBeGreaterThan(0);
    for (const protocol of cell.protocols) {
      expect(findConnection(cell.provider, protocol, cell.authentication)).toEqual({
        provider: cell.provider,
        protocol,
        authentication: cell.authentication,
        credentialType: cell.credentialType,
      });
    }
  });

  it('has names to show, and no credential slot that no cell asks for', () => {
    const used = new Set(cells.map(({ credentialType }) => credentialType));
    const slots = connect.description.credentials?.map(({ name }) => name).sort();
    expect(slots).toEqual([...used].sort());
    expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
    for (const row of PROVIDERS) {
      for (const id of row.protocols) expect(PROTOCOLS[id].name).toMatch(/\w/);
      for (const id of Object.keys(row.authentications))
        expect(AUTHENTICATIONS[id as keyof typeof AUTHENTICATIONS].name).toMatch(/\w/);
    }
  });
});

describe('the servers of a provider', () => {
  const clouds = PROVIDERS.flatMap((row: ProviderRow) =>
    Object.values(cloudsOf(row)).map((cloud) => ({ row, cloud, title: `${row.id}: ${cloud.name}` })),
  );

  it.each(clouds)('are those that its protocols need, and one for sending: $title', ({ row, cloud }) => {
    const needed = row.protocols.filter((protocol) => protocol === 'imap' || protocol === 'pop3');
    expect(Object.keys(cloud.endpoints).sort()).toEqual([...needed, 'submission'].sort());
  });

  it('have unique names of clouds, one of them the default', () => {
    for (const row of PROVIDERS as readonly ProviderRow[]) {
      const names = Object.values(cloudsOf(row)).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      if (names.length > 0) expect(Object.keys(cloudsOf(row))[0]).toBe('global');
      // One that is known to all is not written down as a choice.
      expect(row.endpoints && row.clouds).toBeUndefined();
    }
  });

  it('match the choices of the credential', async () => {
    const types = await Promise.all(manifest.n8n.credentials.map(loadRegistered));
    for (const { credentialType, row } of CELLS) {
      const { properties } = types.find(({ name }) => name === credentialType)!;
      const cloud = properties.find(({ name }) => name === 'cloud');
      const known = Object.entries(cloudsOf(row)).map(([value, { name }]) => ({ name, value }));
      if (known.length === 0) expect(cloud).toBeUndefined();
      else expect(cloud?.options).toEqual([...known, { name: 'Custom', value: 'custom' }]);
      const servers = { imap: 'host', pop3: 'popHost' };
      for (const [protocol, field] of Object.entries(servers)) {
        expect(properties.some(({ name }) => name === field)).toBe(
          row.protocols.some((one) => one === protocol),
        );
      }
    }
  });
});

describe('the search for nodes', () => {
  it.each([new EmailConnect(), new EmailMailbox(), new EmailTrigger()])(
    'finds $description.displayName by each provider',
    (node) => {
      const alias = node.description.codex?.alias;
      for (const { id } of PROVIDERS.filter((row) => row.id !== 'other')) expect(alias).toContain(id);
      expect(alias).toEqual(expect.arrayContaining(['office 365', 'imap', 'mail']));
      expect(new Set(alias).size).toBe(alias?.length);
    },
  );
});

describe('Email Trigger', () => {
  const trigger = new EmailTrigger();

  it('has the credentials of Email Connect, and their tests', () => {
    expect(trigger.description.credentials).toEqual(connect.description.credentials);
    expect(trigger.methods.credentialTest).toEqual(connect.methods.credentialTest);
  });

  it('has the fields of Email Connect for the connection, and its options but one', () => {
    const namesOf = ({ description }: EmailConnect | EmailTrigger) =>
      description.properties.map(({ name, displayOptions }) => `${name} ${JSON.stringify(displayOptions)}`);
    const optionsOf = ({ description }: EmailConnect | EmailTrigger) =>
      description.properties.find(({ name }) => name === 'options')?.options?.map(({ name }) => name) ?? [];
    // The node panel offers the providers as actions of Email Connect, and not as triggers.
    const own = /^(operation|provider|options) /;
    const ofConnect = namesOf(connect).filter((name) => !own.test(name));
    expect(namesOf(trigger)).toContain('provider undefined');
    expect(namesOf(trigger)).toEqual(expect.arrayContaining(ofConnect));
    // A run that begins has no session yet.
    const shared = optionsOf(connect).filter((name) => name !== 'ifNameInUse');
    expect(optionsOf(trigger)).toEqual(expect.arrayContaining(shared));
    expect(optionsOf(trigger)).not.toContain('ifNameInUse');
  });

  it.each(['pop3', 'imap', 'ews', 'graph'])('shows over %s only what it can do', (protocol) => {
    const shown = trigger.description.properties.filter(
      ({ displayOptions }) => displayOptions?.show?.protocol?.includes(protocol) ?? true,
    );
    const valuesOf = (field: string) =>
      shown
        .filter(({ name }) => name === field)
        .flatMap(({ options = [] }) =>
          options.map((option) => ('value' in option ? option.value : undefined)),
        );
    const isPop = protocol === 'pop3';
    expect(valuesOf('successAction')).toEqual(
      isPop ? ['delete', 'nothing'] : ['keyword', 'delete', 'flag', 'read', 'move', 'nothing'],
    );
    expect(valuesOf('failureAction')).toEqual(isPop ? [] : ['keyword', 'flag', 'move', 'nothing']);
    expect(valuesOf('rememberIn')).toEqual(isPop ? [] : ['mailbox', 'workflow']);
    expect(shown.some(({ name }) => name === 'folder')).toBe(!isPop);
  });
});

describe('what the editor shows', () => {
  it.each(PROVIDERS.map((row) => [row.id, row] as const))(
    'for %s matches what the matrix offers',
    (id, row) => {
      const choice = (name: string) =>
        connect.description.properties.find(
          (property) => property.name === name && property.displayOptions?.show?.provider?.includes(id),
        );
      const values = (name: string) =>
        (choice(name)?.options ?? []).map((option) => ('value' in option ? option.value : undefined));
      expect(values('protocol')).toEqual([...row.protocols]);
      expect(values('authentication')).toEqual(Object.keys(row.authentications));
      expect(values('protocol')).toContain(choice('protocol')?.default);
      expect(values('authentication')).toContain(choice('authentication')?.default);
    },
  );
});

describe('a refusal', () => {
  const refusal = (...choice: Parameters<typeof findConnection>): MailError => {
    try {
      findConnection(...choice);
    } catch (error) {
      return error as MailError;
    }
    throw new Error(`${choice.join(' ')} was offered`);
  };
  const [row] = PROVIDERS;
  const [protocol] = row.protocols;

  it.each<[string, Parameters<typeof findConnection>, readonly string[]]>([
    ['Provider', ['nobody', protocol, 'basic'], PROVIDERS.map(({ id }) => id)],
    ['Protocol', [row.id, 'gopher', 'basic'], row.protocols],
    ['Authentication', [row.id, protocol, 'guess'], Object.keys(row.authentications)],
    // Names that every object has are no modes of authentication.
    ['Authentication', [row.id, protocol, 'constructor'], Object.keys(row.authentications)],
    ['Provider', ['', '', ''], PROVIDERS.map(({ id }) => id)],
  ])('of %s says what is wrong and everything that is offered: %j', (field, choice, offered) => {
    const error = refusal(...choice);
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.message.startsWith(`${field}: `)).toBe(true);
    for (const one of offered) expect(error.description).toContain(one);
  });
});

describe('the combinations that the matrix refuses', () => {
  it.each<[string, string, RegExp]>([
    ['gmail', 'clientCredentials', /service account with domain-wide delegation/],
    ['yahoo', 'clientCredentials', /app password/],
    ['yahoo', 'pkce', /app password/],
    ['yahoo', 'oAuth2', /app password/],
    ['msn', 'clientCredentials', /"oAuth2"/],
    ['msn', 'pkce', /"oAuth2"/],
    ['outlook', 'basic', /Microsoft has retired .* "oAuth2" or "pkce" .* "clientCredentials"/],
    ['other', 'clientCredentials', /"oAuth2" or "basic"/],
    ['other', 'pkce', /"oAuth2".*PKCE/],
    ['outlook', 'serviceAccount', /Outlook \/ Office 365 offers: oAuth2, pkce, clientCredentials\./],
  ])('%s with %s is refused, with advice on what to use', (provider, authentication, advice) => {
    const name = PROVIDERS.find(({ id }) => id === provider)?.name ?? '';
    expect(() => findConnection(provider, 'imap', authentication)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: `Authentication: ${name} does not offer "${authentication}"`,
        description: expect.stringMatching(advice) as string,
      }),
    );
  });
});
