import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { ServerCertificate } from './authority';
import { mechanismsOf, oauthPassdbs, type DovecotOauth } from './dovecot-oauth';

export interface Ports {
  imap: number;
  imaps: number;
  pop3: number;
  pop3s: number;
  /** SMTP with STARTTLS; 0 without the submission service. */
  submission: number;
  /** SMTP over TLS (RFC 8314); 0 without the submission service. */
  submissions: number;
}

export interface Owner {
  user: string;
  group: string;
  uid: number;
  gid: number;
}

/** Who owns the mail: Dovecot refuses to serve it as root, and without root it can only be us. */
export function mailOwner(): Owner {
  const user = process.getuid?.() === 0 ? 'nobody' : userInfo().username;
  const id = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
  return { user, group: id('-gn'), uid: Number(id('-u')), gid: Number(id('-g')) };
}

const SPECIAL_FOLDERS = ['Sent', 'Trash', 'Archive', 'Junk', 'Drafts'];

const listener = (name: string, port: number, ssl: boolean) => `
  inet_listener ${name} {
    address = 127.0.0.1
    port = ${port}
    ssl = ${ssl ? 'yes' : 'no'}
  }`;

// One login process for all connections instead of a process each: quicker, and no limit to meet.
const loginService = (protocol: 'imap' | 'pop3' | 'submission', ports: Ports) => `
service ${protocol}-login {
  chroot =
  service_count = 0
  process_min_avail = 1${listener(protocol, ports[protocol], false)}${listener(`${protocol}s`, ports[`${protocol}s`], true)}
}`;

/** The real submission server (RFC 6409), which hands what it takes to a relay. */
const submissionService = (ports: Ports, relayPort: number) => `
hostname = localhost
submission_relay_host = 127.0.0.1
submission_relay_port = ${relayPort}
${loginService('submission', ports)}`;

/** Dovecot asks every client for a certificate then, and takes none but this authority's. */
const clientCertificates = (caFile: string) => `
ssl_ca = <${caFile}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_require_client_cert = yes`;

export interface DovecotConfig {
  dir: string;
  owner: Owner;
  ports: Ports;
  certificate: ServerCertificate;
  extra: string;
  oauth?: DovecotOauth;
  /** File of the authority whose certificates clients have to show. */
  clientAuthority?: string;
  relayPort?: number;
}

export function dovecotConfig(config: DovecotConfig): string {
  const { dir, owner, ports, certificate, extra, oauth, clientAuthority, relayPort } = config;
  return `
protocols = imap pop3${relayPort ? ' submission' : ''}
listen = 127.0.0.1
base_dir = ${dir}/run
state_dir = ${dir}/state
instance_name = ${dir.split('/').pop()}
default_internal_user = ${owner.user}
default_internal_group = ${owner.group}
default_login_user = ${owner.user}
default_client_limit = 2000
default_process_limit = 500
first_valid_uid = 1
log_path = ${dir}/dovecot.log
info_log_path = ${dir}/dovecot.log
auth_verbose = yes
ssl = yes
ssl_cert = <${certificate.certFile}
ssl_key = <${certificate.keyFile}
disable_plaintext_auth = no
auth_mechanisms = plain login ${oauth ? mechanismsOf(oauth).join(' ') : ''}
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 500
mail_fsync = never
# Proves nobody: only takes away the half second that a refusal would wait.
passdb {
  driver = static
  args = nodelay noauthenticate
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u ${dir}/users
}${oauth ? oauthPassdbs(oauth, dir) : ''}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${dir}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /${SPECIAL_FOLDERS.map(
    (name) => `
  mailbox ${name} {
    special_use = \\${name}
    auto = subscribe
  }`,
  ).join('')}
}
${loginService('imap', ports)}
${loginService('pop3', ports)}
${relayPort ? submissionService(ports, relayPort) : ''}
${clientAuthority ? clientCertificates(clientAuthority) : ''}
service anvil {
  chroot =
  client_limit = 4000
  # Otherwise each wrong password from 127.0.0.1 makes every later login wait 2, 4, 8, 15 seconds.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
${extra}
`;
}
