import { OPENSMTPD_LIMITS, startOpenSmtpd } from '../../servers/debian/opensmtpd';
import { sendsMail, withSmtp } from './sending';

// The logins are those of the front before it, which knows nothing of senders.
sendsMail(withSmtp(startOpenSmtpd), {
  ports: ['tls', 'clear'],
  limits: OPENSMTPD_LIMITS,
  ownsAddresses: false,
});
