import { MICROSOFT_FAULTS } from './microsoft-faults';
import type { TokenFault } from './token-fault';

const BY_CODE = new Map<number, TokenFault>(
  MICROSOFT_FAULTS.flatMap(([codes, ...fault]) => codes.map((code) => [code, fault] as const)),
);

/** Microsoft Entra's error code in an `error_description`, such as "AADSTS7000215". */
export const microsoftCode = (description: string): string | undefined =>
  /\bAADSTS\d+\b/.exec(description)?.[0];

export const microsoftFault = (code: string): TokenFault | undefined =>
  BY_CODE.get(Number(code.replace('AADSTS', '')));

/** Microsoft's page about an error code. */
export const microsoftHelp = (code: string): string =>
  `Microsoft explains it at https://login.microsoftonline.com/error?code=${code.replace('AADSTS', '')}.`;

/** Microsoft's text, without the numbers that only its support can interpret. */
export const microsoftDetail = (description: string): string =>
  description.replace(/^AADSTS\d+:\s*/, '').replace(/Trace ID:[\s\S]*$/, '');
