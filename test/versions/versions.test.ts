import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { linksOf } from '../servers/links';
import { itemsOf, type Execution } from '../servers/n8n';
import { waitFor } from '../servers/wait';
import { chain, node, type Workflow } from '../servers/workflow';
import { disconnect, mailbox, onlyFirst, start } from '../e2e/nodes';
import { ALICE, SUBJECTS, VersionLab, installed, type Login } from './lab';

// What a builder does first, in the oldest n8n that is supported, in the newest, and between.

const DEMO = join(__dirname, '..', '..', 'examples', 'demo-workflow.json');

const subjects = (execution: Execution, name: string) =>
  itemsOf<{ subject: string }>(execution, name)
    .map(({ subject }) => subject)
    .sort();

describe.each(installed())('n8n $version', (installation) => {
  let lab: VersionLab;
  beforeAll(async () => {
    lab = await VersionLab.start(installation);
  });
  afterAll(async () => await lab?.stop());

  /** No idle timer has closed them: it is set to an hour. */
  const expectNoConnections = async () => {
    await waitFor('all connections to end', () => lab.dovecot.connections() === 0, 2_000).catch(() => {});
    expect(lab.dovecot.connections(), 'connections open 2 s after the run').toBe(0);
  };
  afterEach(expectNoConnections);

  const succeed = async (workflow: Workflow, destination?: string) => {
    const before = lab.dovecot.logins();
    const execution = await lab.run(workflow, destination);
    expect(execution.error).toBeUndefined();
    expect(execution.status).toBe('success');
    expect(lab.dovecot.logins() - before, 'logins').toBe(1);
    return execution;
  };

  test('runs the demo workflow', async () => {
    const { credentials, parameters } = await lab.connect('basic');
    const demo = JSON.parse(readFileSync(DEMO, 'utf8')) as Workflow;
    const nodes = demo.nodes.map((one) => (one.credentials ? { ...one, credentials, parameters } : one));
    const { name, connections } = demo;
    const execution = await succeed({ name, nodes, connections });
    expect(subjects(execution, 'Read the inbox')).toEqual(SUBJECTS);
  });

  test.each<Login>(['basic', 'oAuth2'])('reads, sends and disconnects by %s', async (login) => {
    const text = { fromEmail: ALICE, toEmail: 'bob@example.test', subject: `by ${login}`, text: 'Hello' };
    const nodes = [
      ...[start(), await lab.connect(login), mailbox('Read'), onlyFirst('One')],
      mailbox('Send', { operation: 'send', ...text }),
      disconnect(),
    ];
    const execution = await succeed(chain('demo', nodes));
    expect(subjects(execution, 'Read')).toEqual(SUBJECTS);
    expect(lab.relay.messages.map(({ raw }) => String(raw)).join()).toContain(`Subject: by ${login}`);
  });

  test.each<Login>(['basic', 'oAuth2'])('closes the connection when a run by %s ends', async (login) => {
    const nodes = [start(), await lab.connect(login), mailbox('Read')];
    expect(subjects(await succeed(chain('end', nodes)), 'Read')).toEqual(SUBJECTS);
  });

  test('runs one step, whose Connect node does not run again', async () => {
    const nodes = [start(), await lab.connect('basic'), mailbox('Read')];
    expect(subjects(await succeed(chain('step', nodes), 'Read'), 'Read')).toEqual(SUBJECTS);
  });

  test('a sub-workflow uses the session of its caller', async () => {
    const called = node('Called', 'n8n-nodes-base.executeWorkflowTrigger', { inputSource: 'passthrough' });
    const workflowJson = JSON.stringify(chain('called', [{ ...called, typeVersion: 1.1 }, mailbox('Read')]));
    const call = node(
      'Call',
      'n8n-nodes-base.executeWorkflow',
      { source: 'parameter', workflowJson },
      { typeVersion: 1.2 },
    );
    const execution = await succeed(chain('caller', [start(), await lab.connect('basic'), call]));
    expect(subjects(execution, 'Call')).toEqual(SUBJECTS);
  });

  test.each<Login>(['basic', 'oAuth2'])('gives up the connection while a run by %s waits', async (login) => {
    const url = { id: '1', name: 'url', type: 'string', value: '={{ $execution.resumeUrl }}' };
    const nodes = [
      ...[start(), await lab.connect(login), mailbox('Before'), onlyFirst('One')],
      node('Url', 'n8n-nodes-base.set', { assignments: { assignments: [url] } }, { typeVersion: 3.4 }),
      node('Wait', 'n8n-nodes-base.wait', { resume: 'webhook' }, { typeVersion: 1.1 }),
      mailbox('After'),
    ];
    const asleep = await lab.run(chain('wait', nodes));
    expect(asleep.error).toBeUndefined();
    expect(asleep.status).toBe('waiting');
    await expectNoConnections();
    const [{ url: resumeUrl = '' } = {}] = itemsOf<{ url: string }>(asleep, 'Url');
    const response = await fetch(resumeUrl, { signal: AbortSignal.timeout(10_000) });
    expect(response.ok).toBe(true);
    const run = await lab.end(asleep.id, { until: ['success', 'error'] });
    expect(run.error).toBeUndefined();
    // The data of the first part is there already.
    const after = async () => subjects(await lab.rest.getExecution(asleep.id), 'After');
    await waitFor('the data of the second part', async () => (await after()).length > 0);
    expect(await after()).toEqual(SUBJECTS);
  });

  test('asks by mail and goes on with the answer, or says that this n8n cannot', async () => {
    const ask = { operation: 'sendAndWait', toEmail: 'bob@example.test', subject: 'Ask', message: 'May I?' };
    const nodes = [start(), await lab.connect('basic'), mailbox('Ask', { fromEmail: ALICE, ...ask })];
    const asleep = await lab.run(chain('ask', nodes));
    if (installation.version === '1.85.3') {
      expect(asleep.error).toMatch(/This version of n8n cannot sign links/);
      return;
    }
    expect(asleep.error).toBeUndefined();
    expect(asleep.status).toBe('waiting');
    const asked = lab.relay.messages.find(({ raw }) => String(raw).includes('Subject: Ask'));
    const [url = ''] = await linksOf(Buffer.from(asked!.raw));
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    const run = await lab.end(asleep.id, { until: ['success', 'error'] });
    expect(itemsOf(run, 'Ask')).toMatchObject([{ data: { answered: true, approved: true } }]);
  });
});
