import { describe, expect, it } from 'vitest';

import { hostAndPort, hostInUrl, httpsServer } from '../../../mail/net/host-and-port';
import { httpsUrl, parseHttpsUrl } from '../../../mail/net/https-url';
import { formatError, networkTemplates } from '../../../mail/net/network-errors';

const EXAMPLE = 'https://mail.example.com/EWS/Exchange.asmx';

describe('a URL that secrets are sent to', () => {
  it('is accepted with blanks around it', () => {
    expect(httpsUrl('EWS URL', ` ${EXAMPLE}\n`).href).toBe(EXAMPLE);
  });

  it.each<[unknown, string]>([
    ['mail.example.com', 'it is not a URL'],
    ['', 'it is not a URL'],
    [undefined, 'it is not a URL'],
    [42, 'it is not a URL'],
    ['http://canary.example.com/', 'it is not an https URL'],
    ['javascript:canary', 'it is not an https URL'],
    ['https://ada@mail.example.com/', 'it contains a user or a password'],
    ['https://ada:canary@mail.example.com/', 'it contains a user or a password'],
    ['https://mail.example.com/#canary', 'it has a part after a #'],
  ])('%j is refused with an error that names the field and does not repeat the URL', (text, problem) => {
    const error = (() => {
      try {
        return httpsUrl('EWS URL', text, EXAMPLE);
      } catch (thrown) {
        return thrown as Error & { description: string };
      }
    })();
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: `EWS URL: ${problem}` });
    expect(JSON.stringify([(error as Error).message, error])).not.toContain('canary');
  });

  it('is ignored when a server names one that is not safe for secrets', () => {
    expect(parseHttpsUrl('https://mail.example.com/a?b')?.href).toBe('https://mail.example.com/a?b');
    for (const text of ['http://mail.example.com', 'https://ada:x@mail.example.com', 'mail', '', undefined]) {
      expect(parseHttpsUrl(text)).toBeUndefined();
    }
  });
});

describe('a server', () => {
  it.each([
    ['https://mail.example.com/', 'mail.example.com:443'],
    ['https://mail.example.com:8443/', 'mail.example.com:8443'],
    ['https://[2001:db8::1]/', '[2001:db8::1]:443'],
    ['https://[::1]:8443/', '[::1]:8443'],
  ])('of %s is shown as %s', (url, shown) => {
    expect(hostAndPort(httpsServer(new URL(url)))).toBe(shown);
    const { silent } = networkTemplates({ protocol: 'an IMAP', prefix: '', tlsPort: 993, startTlsPort: 143 });
    expect(formatError(silent, httpsServer(new URL(url)), '').message).toContain(shown);
  });

  it('has brackets in a URL only when its address needs them', () => {
    expect(['::1', '127.0.0.1', 'localhost'].map(hostInUrl)).toEqual(['[::1]', '127.0.0.1', 'localhost']);
  });
});
