import { freePorts } from '../ports';
import type { SmtpLimit } from './limits';
import { startLoginFront } from './login-front';
import {
  address,
  RECIPIENT_LIMIT,
  RECIPIENTS,
  REFUSED,
  runSmtpServer,
  SENDER,
  SENDER_PASSWORD,
  SIZE_LIMIT,
  type SmtpServer,
} from './smtp-server';
import { makeWorld } from './world';

export const OPENSMTPD_LIMITS: readonly SmtpLimit[] = ['tls', 'utf8'];

const VMAIL = 2002;

/**
 * OpenSMTPD 6.8, from Debian's opensmtpd. Debian's is built with OpenSSL 3, for which its way to keep private keys in
 * a process of their own is not made: every TLS handshake ends in "internal error", and without TLS it offers no
 * login. So it stands behind a front that does both.
 */
export async function startOpenSmtpd(): Promise<SmtpServer> {
  const world = makeWorld('opensmtpd', [
    'opensmtpd:x:994:994::/var/lib/opensmtpd/empty:/usr/sbin/nologin',
    'opensmtpq:x:995:995::/var/lib/opensmtpd/empty:/usr/sbin/nologin',
    `vmail:x:${VMAIL}:${VMAIL}::/nonexistent:/usr/sbin/nologin`,
  ]);
  const [behind = 0] = await freePorts(1);
  const mail = world.folder('mail', VMAIL);
  const refusals = [
    ...Object.entries(REFUSED.recipient).map(([local, answer]) => ({
      phase: 'rcpt-to',
      match: 'rcpt-to',
      local,
      answer,
    })),
    ...Object.entries(REFUSED.sender).map(([local, answer]) => ({
      phase: 'mail-from',
      match: 'mail-from',
      local,
      answer,
    })),
    ...Object.entries(REFUSED.content).map(([local, answer]) => ({
      phase: 'commit',
      match: 'mail-from',
      local,
      answer,
    })),
  ];
  const filters = refusals.map(
    ({ phase, match, local, answer }) =>
      `table "${local}" { "${address(local)}" }
filter "${local}" phase ${phase} match ${match} <${local}> reject "${answer}"`,
  );
  const config = world.write(
    'smtpd.conf',
    `smtp limit max-rcpt ${RECIPIENT_LIMIT}
smtp max-message-size "${SIZE_LIMIT}"
table users { ${[...RECIPIENTS, 'grey', 'full'].map((one) => `"${address(one)}" = "vmail"`).join(', ')} }
${filters.join('\n')}
filter "all" chain { ${refusals.map(({ local }) => `"${local}"`).join(', ')} }
listen on 127.0.0.1 port ${behind} hostname localhost filter "all"
action "deliver" maildir "${mail}/%{dest.user}" virtual <users>
match from any for domain "example.test" action "deliver"
`,
    0o600,
  );
  const queues = 'purge queue corrupt incoming temporary';
  const command = `umask 022
mkdir -p /var/lib/opensmtpd/empty
cd /var/spool/smtpd 2> /dev/null || { mkdir -p /var/spool/smtpd; cd /var/spool/smtpd; }
mkdir -p offline ${queues}
chmod 711 .
chown root:opensmtpq offline; chmod 770 offline
chown opensmtpq ${queues}; chmod 700 ${queues}
cd /
exec smtpd -d -f ${config}`;
  const server = await runSmtpServer(world, {
    command,
    listens: [behind],
    ports: {},
    maildir: (recipient) => `${mail}/${recipient}`,
  });
  const login = { user: SENDER, password: SENDER_PASSWORD };
  const tls = await startLoginFront(behind, login, world.certificate);
  const clear = await startLoginFront(behind, login);
  return {
    ...server,
    ports: { tls: tls.port, clear: clear.port },
    stop: async () => {
      await Promise.all([tls.stop(), clear.stop()]);
      await server.stop();
    },
  };
}
