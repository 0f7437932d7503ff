/** One of Microsoft's clouds: where users sign in, and where their mail is stored. */
export interface MicrosoftCloud {
  readonly name: string;
  /** Origin of the identity provider. */
  readonly login: string;
  /** The resource for an app's permissions. */
  readonly resource: string;
  /** The resource for permissions granted by a user. */
  readonly delegatedResource: string;
  /** Origin of Microsoft Graph, which is a separate resource. */
  readonly graph: string;
  /** Whether Graph can permanently delete a message with one request. Not all clouds support it. */
  readonly permanentDelete: boolean;
  readonly imapHost: string;
  readonly popHost: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
}

/**
 * Microsoft's clouds.
 *
 * Sources: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud (login),
 * https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
 * (resources), https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges and its pages
 * for GCC High and 21Vianet (hosts), https://learn.microsoft.com/graph/deployments (Graph) and the metadata of each
 * cloud's Graph (permanentDelete). EWS is at the host of the resource.
 */
export const MICROSOFT_CLOUDS = {
  global: {
    name: 'Global',
    login: 'https://login.microsoftonline.com',
    resource: 'https://outlook.office365.com',
    delegatedResource: 'https://outlook.office.com',
    graph: 'https://graph.microsoft.com',
    permanentDelete: true,
    imapHost: 'outlook.office365.com',
    popHost: 'outlook.office365.com',
    smtpHost: 'smtp.office365.com',
    smtpPort: 587,
  },
  usGov: {
    name: 'US Government (GCC High)',
    login: 'https://login.microsoftonline.us',
    resource: 'https://outlook.office365.us',
    delegatedResource: 'https://outlook.office365.us',
    graph: 'https://graph.microsoft.us',
    permanentDelete: false,
    imapHost: 'outlook.office365.us',
    popHost: 'outlook.office365.us',
    smtpHost: 'smtp.office365.us',
    smtpPort: 587,
  },
  china: {
    name: 'China (21Vianet)',
    login: 'https://login.partner.microsoftonline.cn',
    resource: 'https://partner.outlook.cn',
    delegatedResource: 'https://partner.outlook.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    permanentDelete: false,
    imapHost: 'partner.outlook.cn',
    popHost: 'partner.outlook.cn',
    smtpHost: 'smtp.partner.outlook.cn',
    smtpPort: 587,
  },
} as const satisfies Readonly<Record<string, MicrosoftCloud>>;
