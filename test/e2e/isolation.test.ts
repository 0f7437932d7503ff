import { expect, test } from 'vitest';
import { itemsOf } from '../servers/n8n';
import { chain } from '../servers/workflow';
import { ALICE, BOB, subjectsOf, useLab } from './lab';
import { connect, mailbox, onlyFirst, start, wait, type MessageItem } from './nodes';

const lab = useLab();

test('runs at the same time with the same session name never see each other’s mail', async () => {
  const { rest, dovecot } = lab();
  const accounts = [ALICE, BOB, ALICE, BOB, ALICE, BOB];
  const workflows = await Promise.all(
    accounts.map(async (account) => {
      const credential = await lab().credential(account);
      const reads = [mailbox('Read'), onlyFirst('First'), wait(2), mailbox('Read later')];
      return await rest.createWorkflow(chain(`run of ${account}`, [start(), connect(credential), ...reads]));
    }),
  );
  const before = dovecot.logins();
  const ids = await Promise.all(workflows.map((workflow) => rest.run(workflow)));
  const executions = await Promise.all(ids.map((id) => rest.waitForExecution(id)));
  executions.forEach((execution, index) => {
    const account = accounts[index] ?? '';
    expect(execution.error).toBeUndefined();
    for (const name of ['Read', 'Read later']) {
      const subjects = itemsOf<MessageItem>(execution, name).map(({ subject }) => subject);
      expect(subjects.sort()).toEqual(subjectsOf(account));
    }
  });
  expect(dovecot.logins() - before).toBe(accounts.length);
});
