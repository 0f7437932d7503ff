import { Agent, request } from 'node:https';

/** What the user does on the identity provider's pages, if it shows any. */
export type Forms = Record<string, string>;

const MAX_STEPS = 15;

/**
 * Goes where an identity provider leads, with a browser's patience for redirects, cookies and forms, until it
 * leads back to a plain http address.
 *
 * @param ca certificate (PEM) of the provider's authority
 * @param forms posted to each page that shows a form
 * @returns that address; it is not opened
 */
export async function followSignIn(start: string, ca: string, forms: Forms = {}): Promise<string> {
  const agent = new Agent({ ca, keepAlive: true });
  const cookies = new Map<string, string>();
  try {
    let url = start;
    for (let step = 0; step < MAX_STEPS; step++) {
      if (url.startsWith('http:')) return url;
      let answer = await visit(url, agent, cookies);
      if (answer.body.includes('<form')) answer = await visit(url, agent, cookies, forms);
      if (!answer.location) throw new Error(`${url} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
      url = new URL(answer.location, url).href;
    }
    throw new Error('The sign-in went round in circles');
  } finally {
    agent.destroy();
  }
}

/** Posts a form, as a page or an app does. */
export async function postForm(url: string, ca: string, form: Forms): Promise<Visited> {
  const agent = new Agent({ ca });
  try {
    return await visit(url, agent, new Map(), form);
  } finally {
    agent.destroy();
  }
}

export interface Visited {
  status: number;
  location: string | undefined;
  body: string;
}

async function visit(
  url: string,
  agent: Agent,
  cookies: Map<string, string>,
  form?: Forms,
): Promise<Visited> {
  const headers = {
    cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return await new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: form ? 'POST' : 'GET', agent, headers, timeout: 10_000 },
      (answer) => {
        for (const cookie of answer.headers['set-cookie'] ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          cookies.set(name, value);
        }
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body }),
        );
      },
    );
    call.on('error', reject).on('timeout', () => call.destroy(new Error(`${url} did not answer`)));
    call.end(form && new URLSearchParams(form).toString());
  });
}
