import { describe, expect, it } from 'vitest';

import { blot } from '../../../mail/net/blot';
import { processorTime } from '../processor-time';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret in what a server said', () => {
  const secret = 'pa"ss\\w<o>rd & 1é/+';
  it.each<[string, string]>([
    ['as it is', secret],
    ['quoted for IMAP', 'LOGIN "ada" "pa\\"ss\\\\w<o>rd & 1é/+"'],
    ['as JSON', JSON.stringify({ password: secret })],
    ['as XML', 'pa&quot;ss\\w&lt;o&gt;rd &amp; 1é/+'],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ password: secret }).toString()],
    ['in base64', base64(secret)],
    ['of SASL PLAIN', base64(`\0ada@example.test\0${secret}`)],
    ['of SASL PLAIN for somebody else', base64(`bob\0ada\0${secret}`)],
    ['of HTTP Basic', base64(`ada:${secret}`)],
    ['of XOAUTH2', base64(`user=ada\x01auth=Bearer ${secret}\x01\x01`)],
    ['in base64 of a URL', Buffer.from(`a:${secret}`).toString('base64url')],
  ])('%s is not shown', (_, text) => {
    const blotted = blot(`before ${text} after`, [secret]);
    expect(blotted).toContain('***');
    expect(blotted).toMatch(/^before .* after$/);
    for (const part of ['pa"ss', 'w<o>rd', 'w&lt;o', 'w%3Co', text]) expect(blotted).not.toContain(part);
    // Nor is any part of it that base64 would give back.
    for (const [word] of blotted.matchAll(/[\w+/=-]+/g)) {
      expect(Buffer.from(word, 'base64').toString()).not.toMatch(/ss\\w|w<o>/);
    }
  });

  it('does not change a text without secrets', () => {
    expect(blot('NO [ALERT] login first', ['secret', ''])).toBe('NO [ALERT] login first');
  });

  it('is found in a long text in reasonable time', () => {
    let text = '';
    const long = `${base64('x'.repeat(1_000_000))} ${base64(`a:secret-word`)}`;
    expect(processorTime(() => (text = blot(long, ['secret-word'])))).toBeLessThan(1000);
    expect(text).not.toContain(base64('secret-word').slice(2, -2));
  });
});
