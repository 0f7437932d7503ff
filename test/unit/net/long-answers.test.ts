import { describe, expect, it } from 'vitest';

import { describeOAuthError } from '../../../mail/auth/oauth-errors';
import { loginErrorHint } from '../../../mail/account/login-errors/login-error';
import { soapFault } from '../../../mail/ews/fault';
import { redact } from '../../../mail/net/network-errors';
import { answerOf } from '../../../mail/smtp/answer';
import { parseCapabilities } from '../../../mail/smtp/capabilities';
import { processorTime } from '../processor-time';

/** A server may say four times as much before the connection is ended. */
const SIZE = 256 * 1024;
const filled = (part: string, end = 'x') => part.repeat(SIZE / part.length) + end;

// n8n runs everything in one thread: what reads an answer slowly stops all workflows.
describe('a long answer', () => {
  it.each<[string, () => unknown]>([
    ['dots, in an error', () => redact(filled('.'), [])],
    ['dots and blanks, in an error', () => redact(filled('. '), [])],
    [
      'blanks, from an identity provider',
      () => describeOAuthError({ error_description: filled(' ') }, 'Mail'),
    ],
    [
      'words, from an identity provider',
      () => describeOAuthError({ error_description: filled('a1Q~ ') }, 'Mail'),
    ],
    ['blanks, at login', () => answerOf({ response: filled(' ') })],
    ['lines, at login', () => answerOf({ response: filled('535-x\n') })],
    ['blanks, as capabilities', () => parseCapabilities(`250-x\n250-AUTH${filled(' ')}`)],
    ['tags, from Exchange', () => soapFault(`<m:Fault>${filled('<ResponseCode')}`)],
    ['text in a tag, from Exchange', () => soapFault(`<m:Fault><ResponseCode${filled('a ')}`)],
    ...['too many', 'imap is ', 'account ', 'eyJ', '  '].map((words): [string, () => unknown] => [
      `"${words}", as a refusal`,
      () => loginErrorHint(filled(words), { provider: 'other', authentication: 'oAuth2', protocol: 'smtp' }),
    ]),
  ])('of %s, is read quickly', (_, read) => {
    expect(processorTime(read)).toBeLessThan(1000);
  });

  it('has its secrets removed before it is cut', () => {
    const secret = 'canary'.repeat(100);
    expect(redact(`${'a'.repeat(290)} ${secret}`, [secret])).toMatch(/^a{290} \*\*\*$/);
    expect(redact(filled(secret), [secret])).not.toContain('canary');
  });
});
