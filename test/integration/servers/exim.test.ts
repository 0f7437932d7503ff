import { EXIM_LIMITS, startExim } from '../../servers/debian/exim';
import { sendsMail, withSmtp } from './sending';

sendsMail(withSmtp(startExim), {
  ports: ['starttls', 'tls', 'clear', 'old'],
  limits: EXIM_LIMITS,
});
