// n8n's editor API over REST: what the editor in the browser does, without the browser.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFlatted } from './flatted.mjs';

/** @typedef {{ email: string, password: string, firstName?: string, lastName?: string }} Owner */
/** @typedef {{ browserId: string, cookies: [name: string, value: string][] }} SignedIn */
/** @typedef {Record<string, any>} Json */

/**
 * A finished run.
 * @typedef {object} Execution
 * @property {string} id
 * @property {string} status success, error, canceled, crashed, waiting …
 * @property {string} mode manual, retry, trigger …
 * @property {Json} data the run's data, unflattened (`data.resultData.runData`, `data.resultData.error`)
 * @property {Json} runData = `data.resultData.runData`: node name → its runs
 * @property {string | undefined} error the message that ended the run
 */

/** An answer of n8n that is not 2xx. */
export class RestError extends Error {
  /** @param {string} call @param {number} status @param {string} body */
  constructor(call, status, body) {
    super(`${call}: ${status} ${body.slice(0, 500)}`);
    this.status = status;
  }
}

/** One signed-in user of one n8n. */
export class RestClient {
  /** @type {Map<string, string>} */
  #cookies;
  #browserId; // n8n ties the cookie to it

  /**
   * @param {string} url e.g. `http://localhost:5678`
   * @param {Partial<SignedIn>} [signedIn] what another client has got: n8n allows five logins of an account in a minute
   */
  constructor(url, { browserId = randomUUID(), cookies = [] } = {}) {
    this.url = url;
    this.#browserId = browserId;
    this.#cookies = new Map(cookies);
  }

  /** @returns {SignedIn} */
  get signedIn() {
    return { browserId: this.#browserId, cookies: [...this.#cookies] };
  }

  /** The cookies, e.g. to sign a browser in. */
  get cookie() {
    return [...this.#cookies].map((cookie) => cookie.join('=')).join('; ');
  }

  /** n8n ties the cookie to this id. The browser keeps it in `localStorage['n8n-browserId']`. */
  get browserId() {
    return this.#browserId;
  }

  /**
   * Any call of the editor's API.
   * @param {string} method @param {string} path below `/rest` @param {unknown} [body]
   * @returns {Promise<any>} the answer's `data`
   */
  async call(method, path, body) {
    const response = await fetch(`${this.url}/rest${path}`, {
      method,
      headers: {
        ...{ 'content-type': 'application/json', 'browser-id': this.#browserId, cookie: this.cookie },
        // n8n ends a connection that was idle for five seconds, and the next call may come at that moment.
        connection: 'close',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new RestError(`${method} /rest${path}`, response.status, text);
    const answer = text ? JSON.parse(text) : undefined;
    return answer?.data ?? answer;
  }

  /** Whether this n8n still has no owner. */
  async needsOwner() {
    return (await this.call('GET', '/settings')).userManagement.showSetupOnFirstLoad === true;
  }

  /** Creates the owner account of a new n8n, and signs in. @param {Owner} owner */
  async setUpOwner({ email, password, firstName = 'Email', lastName = 'Session' }) {
    return await this.call('POST', '/owner/setup', { email, password, firstName, lastName });
  }

  /** @param {Pick<Owner, 'email' | 'password'>} user */
  async login({ email, password }) {
    return await this.call('POST', '/login', { emailOrLdapLoginId: email, password });
  }

  /** @param {{ name: string, type: string, data: Json }} credential @returns {Promise<Json>} with its `id` */
  async createCredential(credential) {
    return await this.call('POST', '/credentials', credential);
  }

  /**
   * Does what "Test" in the credential's dialog does.
   * @param {Json} credential as `createCredential` returned it @param {Json} data
   * @returns {Promise<{ status: string, message: string }>}
   */
  async testCredential({ id, name, type }, data) {
    return await this.call('POST', '/credentials/test', { credentials: { id, name, type, data } });
  }

  /** @param {Json} workflow `{ name, nodes, connections, … }` @returns {Promise<Json>} with its `id` */
  async createWorkflow(workflow) {
    return await this.call('POST', '/workflows', {
      settings: { executionOrder: 'v1' },
      pinData: {},
      ...workflow,
    });
  }

  /** @param {string} id @returns {Promise<Json>} */
  async getWorkflow(id) {
    return await this.call('GET', `/workflows/${id}`);
  }

  /**
   * Saves changes as the editor does. @param {string} id
   * @param {Json} changes e.g. `{ nodes, connections, pinData }` @returns {Promise<Json>}
   */
  async updateWorkflow(id, changes) {
    const { versionId, nodes, connections } = await this.getWorkflow(id);
    return await this.call('PATCH', `/workflows/${id}`, { nodes, connections, versionId, ...changes });
  }

  /** Publishes a workflow as it is saved, so that its triggers listen. @param {string} id */
  async publish(id) {
    const { versionId } = await this.getWorkflow(id);
    return await this.call('POST', `/workflows/${id}/activate`, { versionId });
  }

  /** @param {string} id */
  async unpublish(id) {
    return await this.call('POST', `/workflows/${id}/deactivate`, {});
  }

  /**
   * Runs the workflow as it is saved. Without `destination` all of it, from `trigger`; with `destination`
   * and `runData` of an earlier run only what is missing: the editor's "Execute step".
   * @param {{ id: string }} workflow
   * @param {{ trigger?: string, destination?: string, runData?: Json, dirtyNodeNames?: string[] }} [options]
   *   `trigger`: the name of the trigger node (default `Start`)
   * @returns {Promise<string>} the execution's id
   */
  async run({ id }, { trigger = 'Start', destination, runData, dirtyNodeNames = [] } = {}) {
    const destinationNode = destination && { nodeName: destination, mode: 'inclusive' };
    const triggerToStartFrom = runData ? undefined : { name: trigger };
    const body = { triggerToStartFrom, destinationNode, runData, dirtyNodeNames };
    const { executionId } = await this.call('POST', `/workflows/${id}/run`, body);
    return executionId;
  }

  /**
   * @param {string} id
   * @param {{ timeoutMs?: number, until?: string[] }} [options] `until`: the statuses to wait for
   *   (default: any in which the run is not active)
   * @returns {Promise<Execution>}
   */
  async waitForExecution(id, { timeoutMs = 60_000, until } = {}) {
    for (const end = Date.now() + timeoutMs; ; await sleep(200)) {
      const execution = await this.getExecution(id);
      const { status } = execution;
      if (until ? until.includes(status) : !['new', 'running', 'unknown'].includes(status)) return execution;
      if (Date.now() > end) throw new Error(`Execution ${id} is still "${status}" after ${timeoutMs} ms`);
    }
  }

  /** `run` and `waitForExecution` in one. @param {{ id: string }} workflow @param {Json} [options] */
  async runAndWait(workflow, options = {}) {
    return await this.waitForExecution(await this.run(workflow, options), options);
  }

  /** @param {string} id @returns {Promise<Execution>} */
  async getExecution(id) {
    const execution = await this.call('GET', `/executions/${id}`);
    const data = parseFlatted(execution.data || '[{}]') ?? {}; // "[]" while it runs
    const { runData = {}, error } = data.resultData ?? {};
    return { ...execution, data, runData, error: error?.message };
  }

  /** The newest 100, the newest first. @param {string} workflowId @returns {Promise<Json[]>} without their data */
  async listExecutions(workflowId) {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    return (await this.call('GET', `/executions?limit=100&filter=${filter}`)).results;
  }

  /**
   * Retries a failed run. @param {string} id
   * @param {{ loadWorkflow?: boolean, workflowId: string }} options `loadWorkflow`: as it is saved now
   *   ("retry with currently saved workflow")
   * @returns {Promise<string>} the new execution's id
   */
  async retry(id, { loadWorkflow = true, workflowId }) {
    await this.call('POST', `/executions/${id}/retry`, { loadWorkflow });
    const again = (await this.listExecutions(workflowId)).find((execution) => execution.retryOf === id);
    if (!again) throw new Error(`Execution ${id} has no retry`);
    return again.id;
  }

  /** Cancels a running or waiting execution. @param {string} id */
  async stopExecution(id) {
    return await this.call('POST', `/executions/${id}/stop`);
  }
}

/**
 * The items a node gave in its last run of the execution.
 * @param {Execution} execution @param {string} node @param {number} [output]
 * @returns {Json[]} their `json`
 */
export function itemsOf({ runData }, node, output = 0) {
  return (runData[node]?.at(-1)?.data?.main?.[output] ?? []).map((/** @type {Json} */ item) => item.json);
}
