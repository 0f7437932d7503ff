/** For an agent: Node 24.5 and later take the proxy from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as n8n does. */
export const PROXY_OF_ENVIRONMENT: object = { proxyEnv: process.env };
