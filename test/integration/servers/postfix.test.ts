import { POSTFIX_LIMITS, startPostfix } from '../../servers/debian/postfix';
import { sendsMail, withSmtp } from './sending';

sendsMail(withSmtp(startPostfix), {
  ports: ['starttls', 'tls', 'clear', 'old'],
  limits: POSTFIX_LIMITS,
  // Ours to mend, point 4: `451 4.7.0 … Sender address rejected` is temporary, whatever its words.
  deferralsFail: true,
});
