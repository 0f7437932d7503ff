import { triggers } from '../trigger/process';

/** Seconds. n8n activates its triggers after its start, one after the other. */
const STARTS_WITHIN = 120;

/**
 * Whether an Email Trigger of this n8n hears of mail to one of these mailboxes, and hands answers to waiting runs.
 *
 * @returns `unknown` where the triggers are in another process, or may not have started yet
 */
export function answersAreHeard(
  mailboxes: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): boolean | 'unknown' {
  const wanted = mailboxes.map((one) => one.toLowerCase());
  const heard = triggers.all().some(({ answersTo }) => answersTo && wanted.includes(answersTo.toLowerCase()));
  if (heard) return true;
  return env.EXECUTIONS_MODE === 'queue' || process.uptime() < STARTS_WITHIN ? 'unknown' : false;
}
