import { afterEach } from 'vitest';

import type { MailServerSessionSettings, SubmissionServer } from '../../../mail/account/session-settings';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { compose } from '../../../mail/mime/compose';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { ALICE } from '../fixture';
import { startScripted, type Scripted } from './scripted';

/** A server that says what a test tells it to, and a client that sends to it. Both end with the test. */
export class ScriptedLab {
  submission!: SmtpSubmission;
  server!: Scripted;

  constructor() {
    afterEach(async () => {
      await this.submission.close();
      await this.server.stop();
    });
  }

  readonly start = async (
    reply: (line: string) => string | undefined,
    options: Partial<SubmissionServer> = {},
    greeting?: string,
  ): Promise<void> => {
    this.server = await startScripted(reply, greeting);
    this.submission = new SmtpSubmission({
      submission: { host: 'localhost', port: this.server.port, security: 'none', ...options },
      ...{ provider: 'other', authentication: 'basic' },
      authenticator: new BasicAuthenticator(ALICE, 'secret'),
      timeouts: { connect: 1000, command: 500, idle: 60_000 },
    } as Partial<MailServerSessionSettings> as MailServerSessionSettings);
  };

  /** By default from alice to bob. */
  readonly send = async (message: Partial<OutgoingMessage> = {}) =>
    await this.submission.send(compose({ from: ALICE, to: 'bob@example.test', text: 'x', ...message }), {
      keepContent: true,
    });

  /** What the server has heard. */
  readonly lines = (start: string) => this.server.lines.filter((line) => line.startsWith(start));
}
