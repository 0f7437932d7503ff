const MICROSOFT_RESOURCES = [
  'https://outlook.office365.com',
  'https://outlook.office.com',
  'https://outlook.office365.us',
  'https://partner.outlook.cn',
];
const MICROSOFT_PERMISSIONS = [
  'IMAP.AccessAsUser.All',
  'POP.AccessAsUser.All',
  'SMTP.Send',
  'EWS.AccessAsUser.All',
];
const GRAPH = 'https://graph.microsoft.com';

/** What an app asks for at Microsoft: all that an administrator has allowed it. */
export const APP_SCOPES = [...MICROSOFT_RESOURCES, GRAPH].map((resource) => `${resource}/.default`);

export const GOOGLE_MAIL_SCOPE = 'https://mail.google.com/';

export const SCOPES = [
  'openid',
  'offline_access',
  'profile',
  'email',
  ...APP_SCOPES,
  ...MICROSOFT_RESOURCES.flatMap((resource) => MICROSOFT_PERMISSIONS.map((name) => `${resource}/${name}`)),
  ...['Mail.ReadWrite', 'Mail.ReadWrite.Shared', 'Mail.Send', 'Mail.Send.Shared'].map(
    (name) => `${GRAPH}/${name}`,
  ),
  GOOGLE_MAIL_SCOPE,
];

/** A token for Graph opens no mail server: it has another audience. */
export const opensMail = (scope: string | undefined): boolean => !scope?.includes(GRAPH);
