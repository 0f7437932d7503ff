import type { Attribute } from './exec-or-throw';

interface Status {
  attributes?: unknown[];
}

interface Section {
  section?: Array<{ value?: unknown } | undefined>;
}

/**
 * Removes a COPYUID (RFC 4315 section 3) that names more messages than were copied. imapflow would expand every range,
 * and a few bytes can stand for billions of numbers.
 */
export function dropOversizedCopyUid(
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
}

const countOf = (set: string): number =>
  set.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return sum + Math.abs(last - first) + 1;
  }, 0);
