import type { Attribute } from './exec-or-throw';
import { countOf } from './uid-set';

interface Status {
  attributes?: unknown[];
}

type Value = { value?: unknown } | undefined;

interface Section {
  section?: Value[];
}

/** The answers to one command that copies or moves messages, in the form that imapflow understands. */
export class CopyUids {
  private readonly most: number;
  /** UIDVALIDITY, and the two sets, of the answers so far. */
  private heard?: [validity: string, from: string, to: string];

  constructor(
    private readonly command: string,
    attributes: Attribute[] | false,
  ) {
    const [asked] = attributes || [];
    this.most = countOf(asked && !Array.isArray(asked) ? String(asked.value) : '');
  }

  /**
   * Removes a COPYUID (RFC 4315 section 3) that names more messages than were copied: imapflow would expand every range,
   * and a few bytes can stand for billions of numbers. Turns ranges such as `4:2`, which mean the same as `2:4`, the
   * right way around: imapflow would give the messages each other's new ids. A server that moves in parts gives the ids
   * in parts, of which imapflow would keep the last.
   */
  standardize(answer: Status | undefined): void {
    if (!/^(?:UID )?(?:COPY|MOVE)$/.test(this.command)) return;
    const status = answer?.attributes?.[0] as Section | undefined;
    const [code, validity, ...sets] = status?.section ?? [];
    if (!status || !code || String(code.value).toUpperCase() !== 'COPYUID') return;
    code.value = 'COPYUID';
    if (sets.some((set) => countOf(String(set?.value)) > this.most)) status.section = undefined;
    for (const set of sets) if (typeof set?.value === 'string') set.value = ascending(set.value);
    this.join(validity, sets);
  }

  private join(validity: Value, [from, to]: Value[]): void {
    if (typeof from?.value !== 'string' || typeof to?.value !== 'string') return;
    const [knownValidity, knownFrom, knownTo] = this.heard ?? [];
    const isPart = knownFrom !== undefined && knownValidity === String(validity?.value);
    if (isPart && countOf(knownFrom) + countOf(from.value) <= this.most) {
      from.value = `${knownFrom},${from.value}`;
      to.value = `${knownTo},${to.value}`;
    }
    this.heard = [String(validity?.value), from.value as string, to.value as string];
  }
}

const ascending = (set: string): string =>
  set
    .split(',')
    .map((range) => {
      const [first = '', last] = range.split(':');
      return last !== undefined && Number(first) > Number(last) ? `${last}:${first}` : range;
    })
    .join();
