import type { Protocol } from '../../../mail/account/providers';
import type { WorkName } from './works';

/** What a child does. */
export interface Task {
  protocol: Protocol;
  /** Of the server. */
  url: string;
  ca?: string;
  user?: string;
  password?: string;
  work: WorkName;
  /** The subject of a hostile mail to read, in place of the work. */
  mail?: string;
}

/** How it ended, and what it cost. */
export interface HostileResult {
  /** `done`, the code of an error, or what went wrong. */
  ending: string;
  uncaught: string;
  /** Above what the process had. */
  megabytes: number;
  /** Milliseconds, waits included. */
  took: number;
  /** Milliseconds of the processor. */
  cpu: number;
}
