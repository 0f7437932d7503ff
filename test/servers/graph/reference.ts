import type { Json } from './call';
import { AgainstReference } from './errors';
import { ReferenceModel, type PropertyType } from './reference-model';
import { readOperations, type Operation } from './reference-paths';
import { ReferenceShapes } from './reference-shapes';
import { checkOptions } from './reference-options';

/** The path of a request as an operation has it, and the ids in it. */
export interface Found {
  operation: Operation;
  ids: string[];
}

/** Graph's published reference: what may be asked, and how what is asked and answered looks. */
export class Reference {
  readonly model = new ReferenceModel();
  private readonly shapes: ReferenceShapes;
  private readonly routes: ReadonlyArray<{ operation: Operation; pattern: RegExp }>;

  constructor() {
    this.shapes = new ReferenceShapes(this.model);
    const placeholders = ({ path }: Operation) => path.split('{id}').length;
    this.routes = readOperations()
      .sort((a, b) => placeholders(a) - placeholders(b))
      .map((operation) => ({ operation, pattern: patternOf(operation) }));
  }

  /** @param path within a mailbox, as it was sent */
  find(method: string, path: string): Found {
    const here = this.routes.flatMap(({ operation, pattern }) => {
      const match = pattern.exec(path);
      return match ? [{ operation, ids: match.slice(1).map((id) => decodeURIComponent(id)) }] : [];
    });
    if (here.length === 0) {
      const segment = path.slice(path.lastIndexOf('/') + 1);
      throw new AgainstReference(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
    }
    const allowed = here.find(({ operation }) => operation.method === method.toLowerCase());
    if (allowed) return allowed;
    throw new AgainstReference(405, 'BadRequest', `Specified HTTP method is not allowed: ${method}`);
  }

  /** Refuses query parameters that are not there, or that name properties that are not there. */
  checkQuery({ operation }: Found, query: ReadonlyMap<string, string>): void {
    for (const name of query.keys()) {
      if (operation.query.has(name)) continue;
      throw new AgainstReference(400, 'BadRequest', `Query option '${name}' was not recognized.`);
    }
    const type = operation.response?.name;
    if (type) checkOptions(this.model, type, query);
  }

  checkRequest({ operation }: Found, body: Json): void {
    const { request } = operation;
    const problems = !request
      ? Object.keys(body).map((name) => `body has no property ${name}`)
      : 'entity' in request
        ? this.shapes.problems(body, request.entity)
        : this.parameterProblems(request.parameters, body);
    if (problems.length > 0) throw new AgainstReference(400, 'RequestBodyRead', problems.join('; '));
  }

  /** The body with the members of enumerations as they are declared: a request may write them in any case. */
  canonical({ operation: { request } }: Found, body: Json): Json {
    if (!request) return body;
    if ('entity' in request) return this.shapes.canonical(body, request.entity) as Json;
    const { parameters } = request;
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => {
        const type = parameters.get(name.toLowerCase());
        return [name, type ? this.shapes.canonical(value, type) : value];
      }),
    );
  }

  /** What is wrong with an answer. */
  replyProblems({ operation }: Found, body: Json): string[] {
    const { response } = operation;
    if (!response) return ['there is a body'];
    if (!response.collection) return this.shapes.problems(body, response);
    const { value, ...rest } = body;
    const others = Object.keys(rest).filter((name) => !name.startsWith('@odata.'));
    return [...others.map((name) => `there is ${name}`), ...this.shapes.problems(value, response)];
  }

  /** What is wrong with a value of a type. */
  problems(value: unknown, type: string): string[] {
    return this.shapes.problems(value, { name: type, collection: false, nullable: false });
  }

  private parameterProblems(parameters: ReadonlyMap<string, PropertyType>, body: Json): string[] {
    return Object.entries(body).flatMap(([name, value]) => {
      const type = parameters.get(name.toLowerCase());
      return type ? this.shapes.problems(value, type) : [`there is no parameter ${name}`];
    });
  }
}

const patternOf = ({ path }: Operation): RegExp =>
  new RegExp(
    `^${path.replaceAll('$', '\\$').replaceAll('()', '(?:\\(\\))?').replaceAll('{id}', '([^/]+)')}$`,
  );
