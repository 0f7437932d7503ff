import type { Attribute } from './exec-or-throw';
import { countOf } from './uid-set';

interface Status {
  attributes?: unknown[];
}

interface Section {
  section?: Array<{ value?: unknown } | undefined>;
}

/**
 * Removes a COPYUID (RFC 4315 section 3) that names more messages than were copied: imapflow would expand every range, and
 * a few bytes can stand for billions of numbers. Turns ranges such as `4:2`, which mean the same as `2:4`, the right way
 * around: imapflow would give the messages each other's new ids.
 */
export function standardizeCopyUid(
  command: string,
  attributes: Attribute[] | false,
  answer: Status | undefined,
): void {
  if (!/^(?:UID )?(?:COPY|MOVE)$/.test(command)) return;
  const status = answer?.attributes?.[0] as Section | undefined;
  const [code, , ...sets] = status?.section ?? [];
  if (!status || code?.value !== 'COPYUID') return;
  const [asked] = attributes || [];
  const most = countOf(asked && !Array.isArray(asked) ? String(asked.value) : '');
  if (sets.some((set) => countOf(String(set?.value)) > most)) status.section = undefined;
  for (const set of sets) if (typeof set?.value === 'string') set.value = ascending(set.value);
}

const ascending = (set: string): string =>
  set
    .split(',')
    .map((range) => {
      const [first = '', last] = range.split(':');
      return last !== undefined && Number(first) > Number(last) ? `${last}:${first}` : range;
    })
    .join();
