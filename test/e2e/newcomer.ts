import { newOwner, restClient, type Owner, type SignedIn } from '../servers/n8n';

/** Somebody who has just been invited to this n8n: without a credential, which would be offered beside a new one. */
export async function inviteNewcomer(url: string, signedIn: SignedIn): Promise<Owner> {
  const { password } = newOwner();
  const email = `newcomer-${password.toLowerCase()}@example.test`;
  const [inviting, invited] = await Promise.all([restClient(url, signedIn), restClient(url)]);
  const answers = await inviting.call('POST', '/invitations', [{ email, role: 'global:member' }]);
  const [{ user }] = answers as [{ user: { inviteAcceptUrl: string } }];
  const token = new URL(user.inviteAcceptUrl).searchParams.get('token');
  const name = { firstName: 'New', lastName: 'Comer' };
  await invited.call('POST', '/invitations/accept', { token, password, ...name });
  return { email, password };
}
