import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';

import type { Json } from './call';
import type { PropertyType, ReferenceModel } from './reference-model';

/** Types of which a value says in @odata.type which of those that derive from it it is. */
const ABSTRACT: Readonly<Record<string, readonly string[]>> = {
  Attachment: ['FileAttachment', 'ItemAttachment', 'ReferenceAttachment'],
  OutlookItem: ['Message'],
};

const DATE_TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$';

/** The types as JSON schema, each one made and compiled once, to which bodies are held. */
export class ReferenceShapes {
  private readonly ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly known = new Set<string>();

  constructor(private readonly model: ReferenceModel) {}

  /** What is wrong with a value of a type; annotations of OData may stand anywhere. */
  problems(value: unknown, type: PropertyType): string[] {
    const key = JSON.stringify(type);
    const validate = this.compiled.get(key) ?? this.ajv.compile(this.property('', type));
    this.compiled.set(key, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(inWords);
  }

  /** A value with the members of its enumerations in the case that they are declared in. */
  canonical(value: unknown, { name, allowed }: PropertyType): unknown {
    const type = { name, collection: false, nullable: true, allowed };
    if (Array.isArray(value)) return value.map((one) => this.canonical(one, type));
    if (typeof value === 'string') {
      return allowed?.find((one) => one.toLowerCase() === value.toLowerCase()) ?? value;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => {
        const property = this.model.property(name, key);
        return [key, property ? this.canonical(one, property) : one];
      }),
    );
  }

  private property(name: string, type: PropertyType): Json {
    const one = this.one(name, type);
    const schema = type.collection ? { type: 'array', items: one } : one;
    return type.nullable ? { if: { not: { type: 'null' } }, then: schema } : schema;
  }

  private one(name: string, { name: type, allowed }: PropertyType): Json {
    if (allowed) return { enum: allowed };
    if (type === 'string' && name.endsWith('DateTime')) return { type: 'string', pattern: DATE_TIME };
    if (['string', 'number', 'boolean'].includes(type)) return { type };
    const derived = ABSTRACT[type];
    if (!derived) return this.entity(type);
    const odataType = (one: string) => `#microsoft.graph.${one.charAt(0).toLowerCase()}${one.slice(1)}`;
    return {
      type: 'object',
      required: ['@odata.type'],
      properties: { '@odata.type': { enum: derived.map(odataType) } },
      allOf: derived.map((one) => ({
        if: { properties: { '@odata.type': { const: odataType(one) } } },
        then: this.entity(one),
      })),
    };
  }

  private entity(type: string): Json {
    if (!this.model.type(type)) throw new Error(`The reference has no type ${type}.`);
    if (!this.known.has(type)) {
      // Before its properties, which may lead back to it.
      this.known.add(type);
      const properties = [...this.model.properties(type)].map(([name, one]) => [
        name,
        this.property(name, one),
      ]);
      this.ajv.addSchema({
        $id: type,
        type: 'object',
        properties: Object.fromEntries(properties) as Json,
        patternProperties: { '@': {} },
        additionalProperties: false,
      });
    }
    return { $ref: type };
  }
}

function inWords({ instancePath, message = '', params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as {
    additionalProperty?: string;
    allowedValues?: string[];
  };
  const detail = additionalProperty ?? allowedValues?.join(', ');
  return `${instancePath || 'body'} ${message}${detail ? `: ${detail}` : ''}`;
}
