import { afterEach, vi } from 'vitest';

import type { Lab } from './lab';

/** The text of a line, and its fields. */
export type LogLine = [text: string, fields: Record<string, unknown>];

afterEach(() => void vi.restoreAllMocks());

/** What the package writes into the log of n8n from now on, until the end of the test. */
export function logLines(lab: Lab): LogLine[] {
  const lines: LogLine[] = [];
  // All contexts have the same logger.
  const { logger } = lab.editor('nobody', {});
  vi.spyOn(logger, 'debug').mockImplementation((text, fields = {}) => {
    if (text.startsWith('Email ')) lines.push([text, structuredClone(fields) as LogLine[1]]);
  });
  return lines;
}
