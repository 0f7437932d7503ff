/** Agent options: like n8n, Node 24.5 and later read the proxy from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
export const PROXY_OF_ENVIRONMENT: object = { proxyEnv: process.env };
