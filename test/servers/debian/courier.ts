import { readFileSync } from 'node:fs';

import type { Limit } from './limits';
import { choosePorts, PASSWORD, runMailServer, USERS, type MailServer, type User } from './mail-server';
import { makeWorld, NOBODY } from './world';

export const COURIER_LIMITS: readonly Limit[] = ['plainNames', 'specialUse', 'move'];

const login = (user: User) => `${user}@example.test`;
const DAEMONS = '/usr/lib/courier/courier';

/** Courier IMAP 5.0, from Debian's courier-imap, courier-pop and courier-authlib-userdb. */
export async function startCourier(): Promise<MailServer> {
  const world = makeWorld('courier', ['courier:x:990:990::/var/lib/courier:/usr/sbin/nologin']);
  const { dir, certificate } = world;
  const ports = await choosePorts();
  const both = [certificate.keyFile, certificate.certFile].map((file) => readFileSync(file, 'utf8')).join('');
  const pem = world.write('tls/both.pem', both);
  world.folder('mail', NOBODY);
  world.etc(
    'courier/authdaemonrc',
    `authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
`,
  );
  const account = (user: User) => {
    const home = `${dir}/mail/${user}`;
    const fields = `home=${home}|uid=${NOBODY}|gid=${NOBODY}|mail=${home}/Maildir`;
    return `printf '${login(user)}\\t${fields}|systempw=%s\\n' "$hash" >> /etc/courier/userdb
if [ ! -d ${home} ]; then mkdir ${home}; maildirmake.courier ${home}/Maildir; chown -R ${NOBODY}:${NOBODY} ${home}; fi`;
  };
  // What Debian's scripts do, in the foreground and on other ports.
  const script = world.write(
    'start.sh',
    `set -e
mkdir -p /run/courier/authdaemon /var/lib/courier
chown -R courier:courier /run/courier /var/lib/courier
hash=$(printf '${PASSWORD}\\n${PASSWORD}\\n' | userdbpw)
${USERS.map(account).join('\n')}
chmod 600 /etc/courier/userdb
makeuserdb
authdaemond start
set -a
. /etc/courier/imapd
. /etc/courier/imapd-ssl
. /etc/courier/pop3d
TLS_CERTFILE=${pem} TLS_CACHEFILE= TLS_DHPARAMS= TLS_TRUSTCERTS=
IMAP_STARTTLS=YES POP3_STARTTLS=YES IMAP_ENHANCEDIDLE=1
prefix=/usr exec_prefix=/usr bindir=/usr/bin sbindir=/usr/sbin
listen="couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup"
imap="${DAEMONS}/imaplogin /usr/bin/imapd Maildir"
pop3="${DAEMONS}/courierpop3login ${DAEMONS}/courierpop3d Maildir"
tls="/usr/bin/couriertls -server -tcpd"
$listen ${ports.imap} $imap &
$listen ${ports.pop3} $pop3 &
IMAP_TLS=1 $listen ${ports.imaps} $tls $imap &
POP3_TLS=1 $listen ${ports.pop3s} $tls $pop3 &
wait
`,
  );
  return await runMailServer(world, {
    ports,
    command: `exec sh ${script}`,
    prefix: 'INBOX.',
    login,
    prepare: ['CREATE INBOX.Sent', 'CREATE INBOX.Drafts', 'CREATE INBOX.Trash'],
  });
}
