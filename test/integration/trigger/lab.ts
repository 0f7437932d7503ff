import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import type { SessionSettings } from '../../../mail/account/session-settings';
import { summarize } from '../../../mail/model/summary';
import { MailListener } from '../../../n8n/trigger/listener';
import type { ListenerSettings } from '../../../n8n/trigger/listener-settings';
import { Outage, type Next } from '../../../n8n/trigger/outage';
import { TriggerProcess } from '../../../n8n/trigger/process';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { StandInN8n, type Activated } from '../../servers/n8n-trigger';
import { waitFor } from '../../servers/wait';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, settingsFor } from '../fixture';

/** How much faster time passes in an outage: an hour takes 6 seconds. */
export const SPEED = 600;

class FastOutage extends Outage {
  constructor() {
    const start = Date.now();
    super(() => start + (Date.now() - start) * SPEED);
  }

  override failed(error: unknown): Next {
    const { wait, tell } = super.failed(error);
    return { wait: wait / SPEED, tell };
  }
}

/** A trigger at work, and the means to end it. */
export interface Working {
  listener: MailListener;
  activated: Activated;
}

/** Real mail, a wire in front of it, and what stands for n8n. */
export class TriggerLab {
  wire!: Wire;
  n8n!: StandInN8n;
  /** Of n8n; a new one after a crash. */
  process!: TriggerProcess;
  /** The password that the credential has now. */
  password?: string;
  private readonly working: Working[] = [];
  private delivered = 0;
  user = '';
  /** Of all messages of the test. */
  subjects: string[] = [];

  constructor(readonly dovecot: Dovecot) {}

  async begin(user: string): Promise<void> {
    this.user = user;
    this.wire = await startWire(this.dovecot.ports.imap);
    this.n8n = new StandInN8n();
    this.process = new TriggerProcess();
    this.password = undefined;
    this.subjects = [];
  }

  async end(): Promise<void> {
    await Promise.all(this.working.splice(0).map(async ({ listener }) => await listener.close()));
    await waitFor('all connections to end', () => this.wire.open === 0, 15_000);
    await this.wire.stop();
  }

  settings(): SessionSettings {
    const server = { port: this.wire.port, security: 'none', caCertificate: undefined } as const;
    return settingsFor(this.dovecot, {
      ...{ user: this.user, password: this.password, ...server },
      // The tests share the machine with many others.
      timeouts: { connect: 10_000, command: 10_000 },
    });
  }

  async trigger(
    changes: Partial<ListenerSettings> = {},
    node: Parameters<StandInN8n['activate']>[0] = {},
  ): Promise<Working> {
    const settings: ListenerSettings = {
      ...{ sessionName: 'Default', folder: 'INBOX', query: {}, wanted: { content: false } },
      ...{ start: 'new', checkEvery: 1_000, oneRunPer: 'message', mostRuns: 10 },
      sessionSettings: async () => await Promise.resolve(this.settings()),
      toJson: (message) => ({ ...summarize(message) }),
      ...changes,
    };
    const activated = this.n8n.activate(node);
    const listener = new MailListener(activated.context, settings, node.mode !== 'init', {
      process: this.process,
      outage: new FastOutage(),
    });
    const working = { listener, activated };
    this.working.push(working);
    await listener.begin(20_000);
    // As n8n does after the activation.
    activated.save();
    return working;
  }

  /** SIGKILL: nothing of the process reaches n8n or the server any more. */
  async kill({ listener, activated }: Working): Promise<void> {
    activated.kill();
    this.n8n.crash();
    this.process = new TriggerProcess();
    await listener.close();
  }

  /** Puts so many messages with new subjects into the inbox, and answers with the subjects. */
  deliver(count = 1, folder = 'INBOX'): string[] {
    const subjects = Array.from({ length: count }, () => `Mail ${++this.delivered}`);
    this.subjects.push(...subjects);
    deliver(
      this.dovecot,
      this.user,
      folder,
      subjects.map((subject) => mail({ to: this.user, subject, text: subject })),
    );
    return subjects;
  }

  /** Waits until these have started runs, and nothing else has, and nothing twice. */
  async expectRuns(subjects: string[], ms = 20_000): Promise<void> {
    const started = () => this.n8n.subjects.map(String);
    await waitFor('the runs', () => started().length >= subjects.length, ms).catch(() => {});
    expect(started().sort()).toEqual([...subjects].sort());
  }
}

/** Each test has an account of its own. */
export function useTriggerLab(): () => TriggerLab {
  const users = Object.fromEntries(
    [ALICE, ...Array.from({ length: 40 }, (_, index) => `user${index}@example.test`)].map((user) => [
      user,
      `secret of ${user}`,
    ]),
  );
  const accounts = Object.keys(users);
  let lab: TriggerLab | undefined;
  beforeAll(async () => {
    lab = new TriggerLab(await startDovecot({ users }));
  });
  beforeEach(async () => await lab?.begin(accounts.pop() ?? expect.fail('No account is left')));
  afterEach(async () => await lab?.end());
  afterAll(async () => await lab?.dovecot.stop());
  return () => lab ?? expect.fail('The lab did not start');
}
