import { execFileSync } from 'node:child_process';

import type { Limit } from './limits';
import { choosePorts, PASSWORD, runMailServer, USERS, type MailServer } from './mail-server';
import { makeWorld } from './world';

export const MAILUTILS_LIMITS: readonly Limit[] = [
  'nested',
  'specialUse',
  'newIds',
  'move',
  'keywords',
  'searchesKeywords',
  'idle',
  'expunges',
  'lastingUids',
];

const FIRST_UID = 2001;

/** GNU Mailutils 3.15, from Debian's mailutils-imap4d and mailutils-pop3d. Folders are mbox files. */
export async function startMailutils(): Promise<MailServer> {
  const uids = USERS.map((user, i) => [user, FIRST_UID + i] as const);
  // The files belong to the users, whose homes are not known before the world is there.
  const world = makeWorld(
    'mailutils',
    uids.map(([user, uid]) => `${user}:x:${uid}:${uid}::/run/home/${user}:/bin/sh`),
  );
  const { dir, certificate } = world;
  const ports = await choosePorts();
  const hash = execFileSync('openssl', ['passwd', '-6', PASSWORD], { encoding: 'utf8' }).trim();
  world.etc('shadow', USERS.map((user) => `${user}:${hash}:19000:0:99999:7:::\n`).join(''), 0o640);
  world.folder('spool');
  world.folder('homes');
  for (const [user, uid] of uids) for (const one of ['spool', 'homes']) world.folder(`${one}/${user}`, uid);
  const config = (plain: number, tls: number) => `foreground yes;
mode daemon;
max-children 50;
transcript no;
tcp-wrappers { enable no; };
logging { syslog no; };
auth {
  authentication clear; authentication generic:system;
  authorization clear; authorization system;
};
mailbox { mailbox-pattern "mbox:${dir}/spool/\${user}/inbox"; mailbox-type mbox; };
tls-file-checks { key-file none; cert-file none; ca-file none; };
tls { ssl-certificate-file ${certificate.certFile}; ssl-key-file ${certificate.keyFile}; };
server 127.0.0.1:${plain} { tls-mode ondemand; };
server 127.0.0.1:${tls} { tls-mode connection; };
`;
  const namespace = `namespace personal { prefix "" { directory "/run/home/\${user}"; delimiter "/"; mailbox-type mbox; }; };\n`;
  const imap = world.write('imap4d.conf', config(ports.imap, ports.imaps) + namespace);
  const pop3 = world.write('pop3d.conf', config(ports.pop3, ports.pop3s));
  return await runMailServer(world, {
    ports,
    command: `ln -s ${dir}/homes /run/home; imap4d --config-file=${imap} & pop3d --config-file=${pop3} & wait`,
    login: (user) => user,
    prepare: ['SELECT INBOX', 'CREATE Sent', 'CREATE Drafts', 'CREATE Trash'],
  });
}
