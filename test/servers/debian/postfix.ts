import type { SmtpLimit } from './limits';
import {
  address,
  chooseSmtpPorts,
  RECIPIENT_LIMIT,
  RECIPIENTS,
  REFUSED,
  runSmtpServer,
  SENDER,
  SENDER_PASSWORD,
  SIZE_LIMIT,
  type SmtpServer,
} from './smtp-server';
import { makeWorld, NOBODY } from './world';

export const POSTFIX_LIMITS: readonly SmtpLimit[] = [];

/** A lookup table within the configuration. */
const inline = (entries: Record<string, string>) =>
  `inline:{ ${Object.entries(entries)
    .map(([local, value]) => `{${address(local)} = ${value}}`)
    .join(', ')} }`;
const { recipient, sender, content } = REFUSED;
const senders = ['alice', ...Object.keys({ ...sender, ...content })];

/** Longer than a line of a command may be, by `line_length_limit`. Logs in as `long@example.test`. */
export const LONG_PASSWORD = 'p'.repeat(1600);

/** Postfix 3.7, from Debian's postfix, and saslpasswd2 of sasl2-bin. */
export async function startPostfix(): Promise<SmtpServer> {
  const world = makeWorld('postfix', [
    'postfix:x:991:991::/var/spool/postfix:/usr/sbin/nologin',
    'postdrop:x:992:992::/nonexistent:/usr/sbin/nologin',
  ]);
  const { dir, certificate } = world;
  const ports = await chooseSmtpPorts();
  const mail = world.folder('mail', NOBODY);
  world.etc(
    'postfix/main.cf',
    `compatibility_level = 3.6
myhostname = localhost
mydomain = localdomain
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = /dev/stdout
default_transport = discard
relay_transport = discard
virtual_mailbox_domains = example.test
virtual_mailbox_base = ${mail}
virtual_mailbox_maps = ${inline(Object.fromEntries([...RECIPIENTS, ...Object.keys(recipient)].map((one) => [one, `${one}/`])))}
virtual_uid_maps = static:${NOBODY}
virtual_gid_maps = static:${NOBODY}
message_size_limit = ${SIZE_LIMIT}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_tls_cert_file = ${certificate.certFile}
smtpd_tls_key_file = ${certificate.keyFile}
smtpd_tls_security_level = may
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = /etc/postfix/sasl
smtpd_sasl_local_domain =
smtpd_sasl_auth_enable = yes
smtpd_peername_lookup = no
smtpd_sender_login_maps = ${inline({ bob: address('bob'), long: address('long'), ...Object.fromEntries(senders.map((one) => [one, SENDER])) })}
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch, check_sender_access ${inline(sender)}
smtpd_recipient_restrictions =
  check_recipient_access ${inline(recipient)}
  reject_unlisted_recipient
  permit_sasl_authenticated
  reject
smtpd_end_of_data_restrictions = check_sender_access ${inline(content)}
smtpd_recipient_limit = ${RECIPIENT_LIMIT}
`,
  );
  const old = '-o smtputf8_enable=no -o smtpd_discard_ehlo_keywords=8bitmime,chunking,dsn';
  const listener = (port: number, options: string) => `127.0.0.1:${port} inet n - n - - smtpd ${options}`;
  const service = (name: string, ...rest: string[]) => `${name} unix ${rest.join(' ')}`;
  world.etc(
    'postfix/master.cf',
    [
      listener(ports.starttls, '-o smtpd_tls_auth_only=yes -o smtpd_tls_security_level=encrypt'),
      listener(ports.tls, '-o smtpd_tls_wrappermode=yes'),
      listener(ports.clear, '-o smtpd_tls_security_level=none'),
      listener(ports.old, `-o smtpd_tls_security_level=none ${old}`),
      service('pickup', 'n - n 60 1 pickup'),
      service('cleanup', 'n - n - 0 cleanup'),
      service('qmgr', 'n - n 300 1 qmgr'),
      service('tlsmgr', '- - n 1000? 1 tlsmgr'),
      service('rewrite', '- - n - - trivial-rewrite'),
      ...['bounce', 'defer', 'trace'].map((name) => service(name, '- - n - 0 bounce')),
      service('verify', '- - n - 1 verify'),
      service('proxymap', '- - n - - proxymap'),
      ...['smtp', 'discard', 'error'].map((name) => service(name, `- - n - - ${name}`)),
      service('retry', '- - n - - error'),
      service('virtual', '- n n - - virtual'),
      service('anvil', '- - n - 1 anvil'),
      'postlog unix-dgram n - n - 1 postlogd',
      '',
    ].join('\n'),
  );
  world.etc(
    'postfix/sasl/smtpd.conf',
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${dir}/sasldb2\nmech_list: PLAIN LOGIN\n`,
  );
  world.run(
    Object.entries({ alice: SENDER_PASSWORD, long: LONG_PASSWORD })
      .map(
        ([user, password]) =>
          `printf %s ${password} | saslpasswd2 -p -c -f ${dir}/sasldb2 -u example.test ${user}`,
      )
      .concat(`chmod 644 ${dir}/sasldb2`)
      .join('; '),
  );
  const command = `mkdir -p /var/spool/postfix /var/lib/postfix
chown postfix /var/lib/postfix
cp /usr/share/postfix/dynamicmaps.cf /etc/postfix/
# What Node gives a program for its output is a socket, which cannot be opened as /dev/stdout.
postfix start-fg | cat`;
  return await runSmtpServer(world, {
    ...{ command, ports },
    maildir: (recipient) => `${mail}/${recipient}`,
  });
}
