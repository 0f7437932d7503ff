import { accountOf } from '../mail/auth/id-token';
import type { Values } from './arguments';
import { authorize } from './authorize';
import { exportedCredential } from './credential';
import { assertWritable, writeSecretFile } from './credential-file';
import { signInOptions } from './options';
import { missingPermissions } from './permissions';
import { clientSecret as askClientSecret } from './secret';
import { findTarget } from './target';
import type { TokenAnswer } from './token-request';
import { warnings, whatIsNext } from './words';

/**
 * Lets the user sign in in a browser, and writes a credential that `n8n import:credentials` takes.
 *
 * @param providerId the word after `sign-in`
 * @param signal when it is aborted, its reason is thrown
 * @param say shows a text to the user; never given a secret
 * @throws {MailError}
 */
export async function signIn(
  providerId: string | undefined,
  values: Values,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const options = signInOptions(providerId, values);
  const { provider, clientId, out, force } = options;
  await assertWritable(out, force);
  const target = await findTarget(provider, values, signal);
  const clientSecret = await askClientSecret(values['client-secret'], provider.hasSecret, signal);
  const texts: string[] = [];

  const keep = async (token: TokenAnswer) => {
    const { scope } = target.endpoints;
    const missing = missingPermissions(scope, token.scope);
    const account = accountOf(token.id_token);
    const user = options.user ?? account ?? '';
    const { id, name, type, data } = exportedCredential({
      id: options.id,
      name: options.name ?? `${provider.name} ${user}`.trim().slice(0, 128),
      type: provider.credentialType,
      data: { user, clientId, clientSecret: clientSecret ?? '', ...target.fields },
      account,
      token: { scope, ...token },
    });
    await writeSecretFile(out, `${JSON.stringify([{ id, name, type, data }], null, 2)}\n`, force);
    texts.push(whatIsNext(out, { id, name }), ...warnings(user, account, missing));
  };
  await authorize({ ...options, clientSecret, target, say, keep }, signal);
  texts.forEach(say);
}
