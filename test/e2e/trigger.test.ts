import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { openClient } from '../../mail/session/open-client';
import { settingsFor } from '../integration/fixture';
import { itemsOf } from '../servers/n8n';
import { sleep, waitFor } from '../servers/wait';
import type { WorkflowNode } from '../servers/workflow';
import { fail, mailbox, wait, type MessageItem } from './nodes';
import { TriggerLab, emailTrigger, subjectsOf } from './trigger-lab';

// Email Trigger in a real n8n that is published to, restarted and killed.

const USERS = ['run', 'publish', 'kill', 'away', 'after', 'test', 'wait'].map(
  (name) => `${name}@example.test`,
);
const [RUN = '', PUBLISH = '', KILL = '', AWAY = '', AFTER = '', TEST = '', WAIT = ''] = USERS;

let lab: TriggerLab;
beforeAll(async () => {
  lab = await TriggerLab.start(USERS);
});
afterAll(() => lab?.stop());

afterEach(() => lab.unpublish());

/** The messages of a user's inbox. */
async function inbox(user: string) {
  const client = await openClient(settingsFor(lab.dovecot, { user }));
  try {
    return await client.listMessages('INBOX', {}, { content: false }, 100);
  } finally {
    await client.close();
  }
}

test('a message starts a run, in which Email Mailbox has the session by its name', async () => {
  const workflow = await lab.workflow('run', [
    emailTrigger(await lab.credential(RUN)),
    { ...mailbox('Get'), parameters: { ...GET, messageId: '={{ $json.id }}' } },
    mailbox('Read', { sessionName: '={{ $("Email Trigger").item.json.session.name }}' }),
  ]);
  await lab.publish(workflow);
  const before = lab.dovecot.logins();
  const subjects = lab.deliver(RUN);
  const [run] = await lab.runs(workflow, 1);
  expect(run).toMatchObject({ status: 'success', mode: 'trigger' });
  expect(itemsOf(run!, 'Email Trigger')).toMatchObject([
    { subject: subjects[0], session: { name: 'Default', protocol: 'imap', account: RUN } },
  ]);
  expect(itemsOf(run!, 'Get')).toMatchObject([{ subject: subjects[0], text: `text of ${subjects[0]}` }]);
  expect(itemsOf<MessageItem>(run!, 'Read')).toMatchObject([{ subject: subjects[0] }]);
  expect(lab.dovecot.logins() - before).toBe(1);
  await waitFor('the run to close its session', () => lab.dovecot.connections() === 1, 30_000);
});

const GET = { sessionName: 'Default', resource: 'message', operation: 'get', simplify: true, options: {} };

test('publishing again leaves one listener, and misses nothing in between', async () => {
  const trigger = emailTrigger(await lab.credential(PUBLISH));
  const workflow = await lab.workflow('publish', [trigger, mailbox('Read')]);
  await lab.publish(workflow);
  const subjects = lab.deliver(PUBLISH);
  await lab.runs(workflow, 1);
  for (const filters of [{ subject: 'Mail' }, { to: 'publish' }]) {
    const { nodes } = (await lab.rest.call('GET', `/workflows/${workflow.id}`)) as { nodes: WorkflowNode[] };
    const edited = nodes.map((one) =>
      one.name === trigger.name ? { ...one, parameters: { ...one.parameters, filters } } : one,
    );
    await lab.rest.updateWorkflow(workflow.id, { nodes: edited });
    subjects.push(...lab.deliver(PUBLISH));
    await lab.rest.publish(workflow.id);
    subjects.push(...lab.deliver(PUBLISH));
  }
  const runs = await lab.runs(workflow, subjects.length);
  await sleep(1_000);
  expect(subjectsOf(runs)).toEqual([...subjects].sort());
  expect((await lab.rest.listExecutions(workflow.id)).length).toBe(subjects.length);
  await waitFor('one connection', () => lab.dovecot.connections() === 1, 30_000);
});

test('n8n that is killed, and stopped, in the middle loses no message and starts none twice', async () => {
  const workflow = await lab.workflow('kill', [emailTrigger(await lab.credential(KILL)), mailbox('Read')]);
  await lab.publish(workflow);
  const subjects: string[] = [];
  for (const kill of [true, false]) {
    subjects.push(...lab.deliver(KILL, 6));
    await waitFor(
      'some runs',
      async () => (await lab.rest.listExecutions(workflow.id)).length > subjects.length - 5,
      60_000,
    );
    await lab.n8n.stop({ kill });
    subjects.push(...lab.deliver(KILL, 3));
    await lab.startN8n();
  }
  subjects.push(...lab.deliver(KILL));
  const runs = await lab.runs(workflow, subjects.length);
  await sleep(2_000);
  // n8n shows no data of a run that it was killed in.
  expect(runs.length).toBe(subjects.length);
  const shown = subjectsOf(runs.filter(({ status }) => status === 'success'));
  expect(new Set(shown).size).toBe(shown.length);
  expect((await lab.rest.listExecutions(workflow.id)).length).toBe(subjects.length);
}, 400_000);

test('a server that ends its connections is reached again', async () => {
  const workflow = await lab.workflow('away', [emailTrigger(await lab.credential(AWAY))]);
  await lab.publish(workflow);
  const subjects: string[] = [];
  for (let round = 1; round <= 3; round++) {
    await lab.dovecot.kick(AWAY);
    subjects.push(...lab.deliver(AWAY));
    await lab.runs(workflow, round);
  }
  expect(subjectsOf(await lab.runs(workflow, 3))).toEqual(subjects);
});

test('after the run, the message is as the trigger says', async () => {
  const trigger = emailTrigger(await lab.credential(AFTER), {
    ...{ successAction: 'read', failureAction: 'flag' },
    filters: { subject: 'Mail' },
  });
  const succeeds = await lab.workflow('after success', [trigger, mailbox('Read')]);
  await lab.publish(succeeds);
  const [done] = lab.deliver(AFTER);
  await lab.runs(succeeds, 1);
  await waitFor('the mark', async () =>
    (await inbox(AFTER)).some(({ subject, isRead }) => subject === done && isRead),
  );
  await lab.unpublish();

  const fails = await lab.workflow('after failure', [{ ...trigger, id: `${trigger.id}2` }, fail()]);
  await lab.publish(fails);
  const [failed] = lab.deliver(AFTER);
  await lab.runs(fails, 1);
  await waitFor('the flag', async () => (await inbox(AFTER)).some(({ isFlagged }) => isFlagged));
  expect((await inbox(AFTER)).map(({ subject, isRead, isFlagged }) => [subject, isRead, isFlagged])).toEqual([
    [failed, false, true],
    [done, true, false],
  ]);
});

test('a run that waits leaves its message alone, as the docs say', async () => {
  const trigger = emailTrigger(await lab.credential(WAIT), { successAction: 'read', failureAction: 'flag' });
  const workflow = await lab.workflow('waits', [trigger, wait(70)]);
  await lab.publish(workflow);
  lab.deliver(WAIT);
  const [run] = await lab.runs(workflow, 1);
  expect(run?.status).toBe('waiting');
  await sleep(1_000);
  expect(await inbox(WAIT)).toMatchObject([{ isRead: false, isFlagged: false }]);
});

test('a test in the editor gives the newest message that matches, and changes nothing', async () => {
  const [oldest, , newest] = lab.deliver(TEST, 3);
  const trigger = emailTrigger(await lab.credential(TEST), { successAction: 'delete' });
  const workflow = await lab.workflow('test', [trigger, mailbox('Read')]);
  const run = await lab.rest.runAndWait(workflow, { trigger: trigger.name });
  expect(run).toMatchObject({ status: 'success', mode: 'manual' });
  expect(itemsOf(run, trigger.name)).toMatchObject([{ subject: newest, session: { name: 'Default' } }]);
  expect(itemsOf(run, 'Read')).toHaveLength(3);
  await sleep(500);
  expect((await inbox(TEST)).map(({ isRead }) => isRead)).toEqual([false, false, false]);

  const filtered = {
    ...trigger,
    parameters: { ...trigger.parameters, filters: { subject: String(oldest) } },
  };
  await lab.rest.updateWorkflow(workflow.id, { nodes: [filtered, mailbox('Read')] });
  const other = await lab.rest.runAndWait(workflow, { trigger: trigger.name });
  expect(itemsOf(other, trigger.name)).toMatchObject([{ subject: oldest }]);
});

test('a test in the editor waits if no message matches, until one does or it is stopped', async () => {
  const trigger = emailTrigger(await lab.credential(TEST), {
    filters: { subject: 'Mail', isRead: undefined },
  });
  const filters = { receivedAfter: new Date().toISOString() };
  const workflow = await lab.workflow('waits for a test', [
    { ...trigger, parameters: { ...trigger.parameters, filters } },
  ]);
  const id = await lab.rest.run(workflow, { trigger: trigger.name });
  await waitFor('the login', () => lab.dovecot.connections() === 1, 30_000);
  await sleep(1_000);
  expect((await lab.rest.getExecution(id)).status).toBe('running');
  const subjects = lab.deliver(TEST);
  const run = await lab.rest.waitForExecution(id);
  expect(itemsOf(run, trigger.name)).toMatchObject([{ subject: subjects[0] }]);

  const another = { ...trigger, parameters: { ...trigger.parameters, filters: { subject: 'never' } } };
  await lab.rest.updateWorkflow(workflow.id, { nodes: [another] });
  const stopped = await lab.rest.run(workflow, { trigger: trigger.name });
  await waitFor('the login', () => lab.dovecot.connections() === 1, 30_000);
  await lab.rest.stopExecution(stopped);
  await waitFor('the test to end', () => lab.dovecot.connections() === 0, 20_000);
});
