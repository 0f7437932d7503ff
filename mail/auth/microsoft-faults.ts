import type { TokenFault } from './token-fault';

const TRY_LATER =
  'Try again in a few minutes. If it still fails, look at the service health page of Microsoft 365.';
const RECONNECT = 'Connect the account again in the credential "{credential}".';
const APP = 'of the app registration in the Microsoft Entra admin center';

/**
 * The meaning of Microsoft Entra's error codes for a credential.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. Microsoft may change the codes, so
 * only the texts depend on them if the OAuth 2.0 error says the same (see oauth-errors.ts).
 */
export const MICROSOFT_FAULTS: ReadonlyArray<readonly [codes: readonly number[], ...fault: TokenFault]> = [
  // The app and its secret or certificate.
  [
    [7000215, 70002],
    'TOKEN_REFUSED',
    'Microsoft does not accept the client secret of the credential "{credential}" ({code})',
    `Paste the value of the secret, not its ID, into "Client Secret". Microsoft shows the value only once: if it is lost, create another under "Certificates & secrets" ${APP}.`,
  ],
  [
    [7000222],
    'TOKEN_REFUSED',
    'The client secret of the credential "{credential}" has expired ({code})',
    `Create a new secret under "Certificates & secrets" ${APP}, and paste its value into "Client Secret".`,
  ],
  [
    [7000218],
    'TOKEN_REFUSED',
    'Microsoft needs a client secret, and the credential "{credential}" has none ({code})',
    `Enter "Client Secret" in the credential. For an app without a secret, register its redirect URL as "Mobile and desktop applications" under "Authentication" ${APP}.`,
  ],
  [
    [700025],
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" is a public client, which has no secret ({code})',
    `Empty "Client Secret" in the credential, or register the redirect URL as "Web" under "Authentication" ${APP}.`,
  ],
  [
    [9002326, 9002327],
    'TOKEN_REFUSED',
    'Microsoft gives tokens of the app of the credential "{credential}" only to a web browser ({code})',
    `Register the redirect URL as "Web" instead of "Single-page application" under "Authentication" ${APP}. Then connect the account again.`,
  ],
  [
    [700027, 50012, 700030],
    'TOKEN_REFUSED',
    'Microsoft does not accept the certificate of the credential "{credential}" ({code}: {detail})',
    `Upload the certificate under "Certificates & secrets" ${APP}, and check that it is the one in the credential and has not expired.`,
  ],
  [
    [700024, 500133],
    'TOKEN_REFUSED',
    'Microsoft says that the request of the credential "{credential}" is too old or too new ({code})',
    'Set the clock of the machine that runs n8n: it is minutes off.',
  ],
  [
    [700016, 700011, 7000229],
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" is not known in its directory ({code})',
    'Check "Client ID" and "Tenant" in the credential. For an app from another directory, an administrator must first give consent in this directory.',
  ],
  [
    [7000112, 70001, 1000031],
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" is disabled ({code})',
    'Ask an administrator to enable it: Microsoft Entra admin center, "Enterprise applications", the app, "Properties", "Enabled for users to sign-in".',
  ],
  [
    [501051, 50105],
    'TOKEN_REFUSED',
    'The account of the credential "{credential}" is not assigned to the app ({code})',
    'Ask an administrator to assign it: Microsoft Entra admin center, "Enterprise applications", the app, "Users and groups"; or to turn off "Assignment required" under "Properties".',
  ],
  // The tenant, cloud, resource or scope of the request.
  [
    [90002, 900023, 50059, 50128],
    'TOKEN_REFUSED',
    'Microsoft does not know the tenant of the credential "{credential}" ({code})',
    'Check "Tenant" in the credential: it is the directory\'s ID or one of its domains. Also check "Cloud": each cloud knows only its own directories.',
  ],
  [
    [50194, 9001023, 90124, 90130],
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" serves one directory, and the credential does not say which ({code})',
    'Enter the directory\'s ID or domain in "Tenant".',
  ],
  [
    [90038, 900382, 900432, 90051],
    'TOKEN_REFUSED',
    'The directory of the credential "{credential}" is in another of Microsoft\'s clouds ({code})',
    'Choose the cloud of your organization in "Cloud" in the credential.',
  ],
  [
    [500011, 500014, 50001, 650052, 650054],
    'TOKEN_REFUSED',
    'The directory of the credential "{credential}" has no Exchange Online to give access to ({code})',
    'Check "Tenant" and "Cloud" in the credential, and that the organization has a subscription with mailboxes.',
  ],
  [
    [1002012, 70011, 28002, 28003, 650053, 700022, 700023],
    'TOKEN_REFUSED',
    'Microsoft does not know the permissions that the credential "{credential}" asks for ({code})',
    'Check "Cloud" in the credential or, with a custom one, "Custom Scope": for client credentials it is the resource followed by /.default, such as https://outlook.office365.com/.default.',
  ],
  [
    [9002313, 900144, 90014, 90023, 90100],
    'TOKEN_REFUSED',
    'Microsoft cannot read the request of the credential "{credential}" ({code}: {detail})',
    'Check every field of the credential for missing or extra characters, such as a space at the end.',
  ],
  // Consent.
  [
    [65001, 90008, 90099],
    'TOKEN_REFUSED',
    'Nobody has allowed the app of the credential "{credential}" to open the mailbox ({code})',
    `${RECONNECT} Or ask an administrator to click "Grant admin consent" under "API permissions" ${APP}.`,
  ],
  [
    [90094, 90095, 90093],
    'TOKEN_REFUSED',
    'Only an administrator can allow the app of the credential "{credential}" to open mailboxes ({code})',
    `Ask an administrator to click "Grant admin consent" under "API permissions" ${APP}.`,
  ],
  [
    [65004],
    'TOKEN_REFUSED',
    'The user has not allowed the app of the credential "{credential}" to open the mailbox ({code})',
    `${RECONNECT} Accept the permissions that Microsoft shows.`,
  ],
  [
    [65005, 650056, 650057],
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" does not list the permissions that it asks for ({code})',
    `Add the permissions for Office 365 Exchange Online under "API permissions" ${APP}, and grant consent.`,
  ],
  // The account.
  [
    [50034, 51004, 50020, 16000, 16003],
    'TOKEN_REFUSED',
    'The account of the credential "{credential}" is not in the directory ({code})',
    `Check "Tenant" in the credential. ${RECONNECT} Sign in with an account of that directory.`,
  ],
  [
    [50057],
    'TOKEN_REFUSED',
    'The account of the credential "{credential}" is disabled ({code})',
    'Ask an administrator to enable the account, or connect another one.',
  ],
  [
    [50053],
    'TOKEN_REFUSED',
    'The account of the credential "{credential}" is locked, or its network address is blocked ({code})',
    'Ask an administrator to look at the sign-in logs in the Microsoft Entra admin center.',
  ],
  [
    [53000, 53001, 53002, 53003, 53011, 530032, 530035, 50005, 50131],
    'TOKEN_REFUSED',
    'A rule of the organization blocks the credential "{credential}" from getting a token ({code})',
    'Ask an administrator to find the Conditional Access policy (sign-in logs in the Microsoft Entra admin center) and to allow this app from the network of n8n.',
  ],
  // The user's consent is no longer valid.
  [
    [50072, 50074, 50076, 50078, 50079, 50158, 53004],
    'RECONNECT_NEEDED',
    'The organization requires a second factor for the account of the credential "{credential}" ({code})',
    `${RECONNECT} Complete the second factor when Microsoft asks for it.`,
  ],
  [
    [700082, 70008, 50089],
    'RECONNECT_NEEDED',
    'The connection of the credential "{credential}" has expired because it was not used for a long time ({code})',
    RECONNECT,
  ],
  [
    [50173, 50132, 50133, 50055, 50144, 70000],
    'RECONNECT_NEEDED',
    'The connection of the credential "{credential}" was revoked, or its password has changed ({code})',
    RECONNECT,
  ],
  [
    [70043],
    'RECONNECT_NEEDED',
    'A rule of the organization ends the connection of the credential "{credential}" after a time ({code})',
    `${RECONNECT} Ask an administrator to exempt it from the sign-in frequency of Conditional Access, or use client credentials.`,
  ],
  [
    [700084],
    'RECONNECT_NEEDED',
    'The connection of the credential "{credential}" has ended: those of a single-page app last only a day ({code})',
    `Register the redirect URL as "Web" instead of "Single-page application" under "Authentication" ${APP}. ${RECONNECT}`,
  ],
  // Nothing to correct in the credential.
  [
    [50033, 50087, 70012, 90006, 90012, 90024, 90033, 90090, 90091],
    'TOKEN_UNAVAILABLE',
    'Microsoft has no token for the credential "{credential}" at the moment ({code})',
    TRY_LATER,
  ],
  [
    [50196, 90055],
    'TOKEN_UNAVAILABLE',
    'Microsoft was asked too often for tokens of the credential "{credential}" ({code})',
    'Wait a few minutes, and look for other software that uses the same app registration or account.',
  ],
];
