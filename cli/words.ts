/** @param timeout milliseconds */
export const whatToOpen = (url: string, provider: string, timeout: number): string => `
Sign in to ${provider} at this address, in a browser on this computer:

${url}

Waiting for ${timeout / 1000} seconds. Press Ctrl-C to cancel.
`;

export const whatIsNext = (file: string, { id, name }: { id: string; name: string }): string => `
Signed in. The credential "${name}" (ID ${id}) is in ${file}.\nImport it on the machine that runs n8n, then delete the file: anyone who has it can read the mail.

  n8n import:credentials --input=${file}
`;

/**
 * Warnings about results that the user may not have wanted.
 *
 * @param user address of the mailbox
 * @param account address of the account that signed in
 * @param missing permissions that it did not grant
 */
export function warnings(user: string, account: string | undefined, missing: string[]): string[] {
  const texts: string[] = [];
  if (!user) {
    texts.push('The provider did not say the address of the account: enter it in the credential in n8n.');
  } else if (account && account.toLowerCase() !== user.toLowerCase()) {
    texts.push(
      `Note: ${account} signed in, but the credential is for ${user}. Unless that mailbox is shared with ${account}, start again and sign in as ${user}.`,
    );
  }
  if (missing.length) texts.push(`Note: the account did not allow: ${missing.join(', ')}.`);
  return texts;
}
