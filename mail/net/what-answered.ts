/** How servers of each protocol begin to speak, for the one that was reached in place of another. */
const GREETINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\* (?:OK|PREAUTH|BYE)\b/i, 'an IMAP server'],
  [/^(?:\+OK|-ERR)\b/i, 'a POP3 server'],
  [/^(?:220|421|554)[ -].*\bFTP\b/i, 'an FTP server'],
  [/^(?:220|421|554)[ -]/, 'an SMTP server'],
  [/^HTTP\//i, 'a web server'],
  [/^SSH-/i, 'an SSH server'],
];

/** What answered, as a part of a sentence: its kind, where its first line shows it, and its words. */
export function whatAnswered(firstLine: string): string {
  const words = firstLine.replace(/\s+/g, ' ').trim().slice(0, 100);
  const [, kind] = GREETINGS.find(([form]) => form.test(words)) ?? [];
  return kind ? `${kind} answered: ${words}` : words;
}
