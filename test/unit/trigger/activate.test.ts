import type { IDataObject } from 'n8n-workflow';
import { beforeEach, describe, expect, it } from 'vitest';

import { invalidInput } from '../../../mail/errors';
import { activate } from '../../../n8n/trigger/activate';
import type { ListenerSettings } from '../../../n8n/trigger/listener-settings';
import { StandInN8n } from '../../servers/n8n-trigger';

// n8n ends a trigger that throws for good, so it throws only where a person looks at it.

let n8n: StandInN8n;
beforeEach(() => {
  n8n = new StandInN8n();
});

const broken = (): ListenerSettings => {
  throw invalidInput('Folder', 'it is empty', 'Choose a folder.');
};

/** Settings that can be read, of a server that cannot be reached. */
const away = (): ListenerSettings => ({
  ...{ sessionName: 'Default', folder: 'INBOX', query: {}, wanted: { content: false } },
  ...{ start: 'new', checkEvery: 1_000, oneRunPer: 'message', mostRuns: 1 },
  sessionSettings: async () => await Promise.reject(invalidInput('User', 'it is empty', 'Fill it.')),
  toJson: () => ({}),
});

describe('settings that cannot work', () => {
  it('are an error for a person who publishes', async () => {
    const { context } = n8n.activate({ mode: 'activate' });
    await expect(activate(context, broken)).rejects.toThrow('Folder: it is empty');
    await expect(activate(context, away)).rejects.toThrow('User: it is empty');
    expect(n8n.failures).toEqual([]);
  });

  it('are told when n8n starts, and end nothing', async () => {
    const { context } = n8n.activate({ mode: 'init' });
    const { closeFunction } = await activate(context, broken);
    expect(n8n.failures).toMatchObject([{ message: 'Folder: it is empty' }]);
    await closeFunction?.();
  });
});

it('a credential that cannot be used when n8n starts is tried again', async () => {
  const { context } = n8n.activate({ mode: 'init' });
  const { closeFunction } = await activate(context, away);
  expect(n8n.failures).toEqual([]);
  expect(n8n.log.join()).toContain('User: it is empty');
  await closeFunction?.();
  await closeFunction?.();
});

it('a failure of n8n while a person publishes is tried again', async () => {
  const { context } = n8n.activate({ mode: 'activate' });
  const settings = {
    ...away(),
    sessionSettings: async () => await Promise.reject(new Error('database is locked')),
  };
  const { closeFunction } = await activate(context, () => settings);
  expect(n8n.log.join()).toContain('database is locked');
  await closeFunction?.();
});

it.each(['activate', 'init'] as const)('Engine 2.0 is refused in plain words (%s)', async (mode) => {
  n8n.settings = { engineType: 'v2' } as IDataObject;
  const activating = activate(n8n.activate({ mode }).context, away);
  if (mode === 'activate') await expect(activating).rejects.toThrow("does not work with n8n's Engine 2.0");
  else {
    await activating;
    expect(n8n.failures[0]?.message).toContain('Engine 2.0');
  }
});
