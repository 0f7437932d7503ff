/** @param timeout milliseconds */
export const whatToOpen = (url: string, provider: string, timeout: number): string => `
Sign in to ${provider} at this address, in a browser on this computer:

${url}

Waiting for ${timeout / 1000} seconds. Ctrl-C gives up.
`;

export const whatIsNext = (file: string, { id, name }: { id: string; name: string }): string => `
Signed in. The credential "${name}" (ID ${id}) is in ${file}.
Take it into n8n where n8n runs, then delete the file: whoever has it can read the mail.

  n8n import:credentials --input=${file}
`;

/**
 * What may not be as it was meant.
 *
 * @param user address of the mailbox
 * @param account address of the account that signed in
 * @param missing permissions that it did not give
 */
export function warnings(user: string, account: string | undefined, missing: string[]): string[] {
  const texts: string[] = [];
  if (!user) {
    texts.push('The provider did not tell the address of the account: enter it in the credential in n8n.');
  } else if (account && account.toLowerCase() !== user.toLowerCase()) {
    texts.push(
      `Mind that ${account} has signed in, and the credential is for ${user}. Unless that is a mailbox shared with ${account}, start again and sign in as ${user}.`,
    );
  }
  if (missing.length) texts.push(`Mind that the account did not allow: ${missing.join(', ')}.`);
  return texts;
}
