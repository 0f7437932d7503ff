import type { Limit } from './limits';
import { choosePorts, PASSWORD, runMailServer, USERS, type MailServer } from './mail-server';
import { makeWorld, NOBODY } from './world';

export const CYRUS_LIMITS: readonly Limit[] = ['anyName', 'bareLf', 'eightBit'];

/** As Debian sets it up: folders lie in the inbox, and `.` separates their names. */
export const DEBIAN_CYRUS_LIMITS: readonly Limit[] = ['anyName', 'plainNames', 'bareLf', 'eightBit'];

/** Who may set the rights and quotas of all. */
export const CYRUS_ADMIN = 'cyrus@example.test';

const BIN = '/usr/lib/cyrus/bin';
const FOLDERS = ['Sent', 'Drafts', 'Trash', 'Junk', 'Archive'];

/** Cyrus IMAP 3.6, from Debian's cyrus-imapd, cyrus-pop3d and cyrus-common. */
export async function startCyrus({ debian = false } = {}): Promise<MailServer> {
  const world = makeWorld('cyrus');
  const { dir, certificate } = world;
  const ports = await choosePorts();
  for (const one of ['lib', 'lib/db', 'lib/socket', 'spool', 'sieve', 'run', 'run/proc', 'run/lock'])
    world.folder(one, NOBODY);
  const config = world.write(
    'imapd.conf',
    `configdirectory: ${dir}/lib
proc_path: ${dir}/run/proc
mboxname_lockpath: ${dir}/run/lock
defaultpartition: default
partition-default: ${dir}/spool
sievedir: ${dir}/sieve
cyrus_user: nobody
altnamespace: ${debian ? 'no' : 'yes'}
unixhierarchysep: ${debian ? 'no' : 'yes'}
virtdomains: userid
servername: localhost
admins: ${CYRUS_ADMIN}
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${dir}/sasldb2
sasl_mech_list: PLAIN LOGIN
tls_server_cert: ${certificate.certFile}
tls_server_key: ${certificate.keyFile}
popminpoll: 0
duplicatesuppression: no
autocreate_quota: 0
autocreate_inbox_folders: ${FOLDERS.join('|')}
autocreate_subscribe_folders: ${FOLDERS.join('|')}
${FOLDERS.map((name) => `xlist-${name.toLowerCase()}: ${name}`).join('\n')}
`,
  );
  const service = (name: string, program: string, port: number) =>
    `${name} cmd="${BIN}/${program} -C ${config}" listen="127.0.0.1:${port}" prefork=1`;
  const services = world.write(
    'cyrus.conf',
    `START {
  recover cmd="${BIN}/ctl_cyrusdb -C ${config} -r"
  idled cmd="${BIN}/idled -C ${config}"
}
SERVICES {
  ${service('imap', 'imapd', ports.imap)}
  ${service('imaps', 'imapd -s', ports.imaps)}
  ${service('pop3', 'pop3d', ports.pop3)}
  ${service('pop3s', 'pop3d -s', ports.pop3s)}
}
`,
  );
  const accounts = [...USERS, 'cyrus'].map(
    (name) => `printf %s ${PASSWORD} | saslpasswd2 -p -c -f ${dir}/sasldb2 -u example.test ${name}`,
  );
  world.run([...accounts, `chown nobody ${dir}/sasldb2`].join('\n'));
  return await runMailServer(world, {
    ports,
    command: `exec ${BIN}/master -C ${config} -M ${services} -D`,
    prefix: debian ? 'INBOX.' : '',
    login: (user) => `${user}@example.test`,
  });
}
