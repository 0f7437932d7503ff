/** An answer of the token endpoint. */
export interface TokenAnswer {
  status: number;
  /** Sent as JSON, a string as it is. */
  body: object | string;
}

/**
 * A refusal in Entra's shape.
 *
 * @param code e.g. 7000215
 * @param text e.g. `Invalid client secret provided.`
 */
export function entraError(code: number, text: string, error = 'invalid_client', status = 401): TokenAnswer {
  const trace = '4a5fd0c1-0000-4000-8000-000000000000';
  const lines = [`AADSTS${code}: ${text}`, `Trace ID: ${trace}`, `Correlation ID: ${trace}`];
  const body = {
    error,
    error_description: `${lines.join(' ')} Timestamp: 2026-11-24 02:00:00Z`,
    error_codes: [code],
    timestamp: '2026-11-24 02:00:00Z',
    trace_id: trace,
    correlation_id: trace,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
  return { status, body };
}

export const googleError = (error: string, error_description: string, status = 400): TokenAnswer => ({
  status,
  body: { error, error_description },
});

/** What stands before many an identity provider says when it is down. */
export const UNAVAILABLE: TokenAnswer = { status: 503, body: '<html><h1>Service Unavailable</h1></html>' };
