/** The greetings of different protocols, to recognize a server that was contacted by mistake. */
const GREETINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\* (?:OK|PREAUTH|BYE)\b/i, 'an IMAP server'],
  [/^(?:\+OK|-ERR)\b/i, 'a POP3 server'],
  [/^(?:220|421|554)[ -].*\bFTP\b/i, 'an FTP server'],
  [/^(?:220|421|554)[ -]/, 'an SMTP server'],
  [/^HTTP\//i, 'a web server'],
  [/^SSH-/i, 'an SSH server'],
];

/** Describes the server that answered, as part of a sentence: its kind, if its first line shows it, and its text. */
export function whatAnswered(firstLine: string): string {
  const words = firstLine.replace(/\s+/g, ' ').trim().slice(0, 100);
  const [, kind] = GREETINGS.find(([form]) => form.test(words)) ?? [];
  return kind ? `${kind} answered: ${words}` : words;
}
