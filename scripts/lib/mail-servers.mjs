// Other real mail servers for the tests. Most of them conflict with Dovecot or with one another.
import { debianServers } from './debian-servers.mjs';

/** Each server's packages. */
const SERVERS = {
  cyrus: ['cyrus-imapd', 'cyrus-pop3d', 'cyrus-common', 'sasl2-bin', 'libsasl2-modules'],
  courier: [
    ...['courier-imap', 'courier-pop', 'courier-base'],
    ...['courier-authlib', 'courier-authdaemon', 'courier-authlib-userdb', 'gamin'],
  ],
  mailutils: ['mailutils-imap4d', 'mailutils-pop3d', 'mailutils-common'],
  postfix: ['postfix', 'sasl2-bin', 'libsasl2-modules'],
  exim: ['exim4-daemon-light', 'exim4-base'],
  opensmtpd: ['opensmtpd'],
};

/** @returns {Promise<string>} the folder that holds one folder for each server, as `/` would be */
export const mailServers = async () => await debianServers('mail-servers', '53 MB', SERVERS);
