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

export const EXIM_LIMITS: readonly SmtpLimit[] = ['utf8'];

/** Statements of an access list that refuse these senders or recipients. */
const refusing = (who: 'senders' | 'recipients', answers: Record<string, string>) =>
  Object.entries(answers)
    .map(([local, answer]) => {
      // It writes 550 or 451 itself where the text does not begin with another number.
      const verb = answer.startsWith('4') ? 'defer' : 'deny';
      return `  ${verb} ${who} = ${address(local)}\n    message = ${answer}`;
    })
    .join('\n');

/** Exim 4.96, from Debian's exim4-daemon-light and exim4-base. */
export async function startExim(): Promise<SmtpServer> {
  const world = makeWorld('exim', ['Debian-exim:x:993:993::/var/spool/exim4:/usr/sbin/nologin']);
  const { certificate } = world;
  const ports = await chooseSmtpPorts();
  const mail = world.folder('mail', NOBODY);
  const onPort = (...numbers: number[]) => `inlist{$received_port}{${numbers.join(':')}}`;
  const unlessOld = `\${if ${onPort(ports.old)}{}{*}}`;
  world.etc(
    'exim4/exim4.conf',
    `primary_hostname = localhost
domainlist local_domains = example.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${Object.values(ports).join(' : ')}
tls_advertise_hosts = \${if ${onPort(ports.starttls, ports.tls)}{*}{}}
tls_certificate = ${certificate.certFile}
tls_privatekey = ${certificate.keyFile}
tls_on_connect_ports = ${ports.tls}
auth_advertise_hosts = \${if or{{${onPort(ports.clear, ports.old)}}{def:tls_in_cipher}}{*}{}}
pipelining_advertise_hosts = ${unlessOld}
chunking_advertise_hosts =
smtputf8_advertise_hosts = ${unlessOld}
accept_8bitmime = false
message_size_limit = ${SIZE_LIMIT}
host_lookup =
rfc1413_hosts =
never_users = root
notifier_socket =
log_file_path = /var/log/exim4/%slog
spool_directory = /var/spool/exim4
keep_environment =
recipients_max = ${RECIPIENT_LIMIT}
recipients_max_reject = false
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
begin acl
acl_mail:
  deny !authenticated = *
    message = 5.7.0 authentication required
  deny senders = ${address('bob')}
    message = 5.7.1 sender address rejected: not owned by user $authenticated_id
${refusing('senders', REFUSED.sender)}
  accept
acl_rcpt:
${refusing('recipients', REFUSED.recipient)}
  require verify = recipient
    message = 5.1.1 Unknown user
  accept
acl_data:
${refusing('senders', REFUSED.content)}
  accept
begin routers
local:
  driver = accept
  domains = +local_domains
  local_parts = ${RECIPIENTS.join(' : ')}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = ${mail}/$local_part_data
  maildir_format
  user = nobody
  group = nogroup
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{$auth2}{${SENDER}}}{eq{$auth3}{${SENDER_PASSWORD}}}}}
  server_set_id = $auth2
  server_prompts = :
`,
  );
  const command = `mkdir -p /var/spool/exim4 /var/log/exim4
chown Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4
exec exim4 -bdf -q30m`;
  return await runSmtpServer(world, {
    ...{ command, ports },
    maildir: (recipient) => `${mail}/${recipient}`,
  });
}
