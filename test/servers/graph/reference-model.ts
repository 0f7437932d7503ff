import { readFileSync } from 'node:fs';

/** A property, or what a collection consists of. */
export interface PropertyType {
  /** string, number, boolean, or the name of another type. */
  name: string;
  collection: boolean;
  nullable: boolean;
  /** For a string of which only some are allowed. */
  allowed?: readonly string[];
}

export interface EntityType {
  name: string;
  base?: string;
  properties: ReadonlyMap<string, PropertyType>;
}

const DECLARATIONS = require.resolve('@microsoft/microsoft-graph-types/microsoft-graph.d.ts');

/**
 * Graph's types as `@microsoft/microsoft-graph-types` declares them, which Microsoft makes from Graph's metadata.
 * Each is read when it is asked for, and as text: the whole file has two megabytes, the compiler takes a second to
 * load, and declarations that a program has written have but one form.
 */
export class ReferenceModel {
  private readonly text = readFileSync(DECLARATIONS, 'utf8');
  private readonly types = new Map<string, EntityType | undefined>();
  private readonly enums = new Map<string, readonly string[] | undefined>();

  type(name: string): EntityType | undefined {
    if (!this.types.has(name)) this.types.set(name, this.readType(name));
    return this.types.get(name);
  }

  /** With those that it inherits. */
  property(typeName: string, name: string): PropertyType | undefined {
    const type = this.type(typeName);
    return type?.properties.get(name) ?? (type?.base ? this.property(type.base, name) : undefined);
  }

  properties(typeName: string): Map<string, PropertyType> {
    const type = this.type(typeName);
    const inherited = type?.base ? this.properties(type.base) : new Map<string, PropertyType>();
    return new Map([...inherited, ...(type?.properties ?? [])]);
  }

  /** Whether a value of the type may stand where the other is asked for. */
  derives(typeName: string, from: string): boolean {
    if (typeName === from) return true;
    const base = this.type(typeName)?.base;
    return base !== undefined && this.derives(base, from);
  }

  /** What @odata.type calls a type is its name in lower case at the beginning. */
  named(odataType: string): EntityType | undefined {
    const name = odataType.replace(/^#?microsoft\.graph\./, '');
    return name === odataType ? undefined : this.type(name.charAt(0).toUpperCase() + name.slice(1));
  }

  private readType(name: string): EntityType | undefined {
    const found = new RegExp(`^export interface ${name} (?:extends (\\w+) )?{(?:}|([^]*?)^})`, 'm').exec(
      this.text,
    );
    if (!found) return undefined;
    const [, base, body = ''] = found;
    const lines = body.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').match(/\S.*/g) ?? [];
    const properties = lines.map((line): [string, PropertyType] => {
      const [, property, type] = /^(\w+)\??: (.*);$/.exec(line) ?? [];
      if (!property || !type) throw new Error(`${name} has a line that is no property: ${line}`);
      return [property, this.readProperty(type)];
    });
    return { name, base, properties: new Map(properties) };
  }

  private readProperty(type: string): PropertyType {
    const [, inner] = /^NullableOption<(.*)>$/.exec(type) ?? [];
    if (inner) return { ...this.readProperty(inner), nullable: true };
    if (type.endsWith('[]')) return { ...this.readProperty(type.slice(0, -2)), collection: true };
    const allowed = this.enumOf(type);
    return { name: allowed ? 'string' : type, collection: false, nullable: false, allowed };
  }

  private enumOf(name: string): readonly string[] | undefined {
    if (!this.enums.has(name)) {
      const [, union] = /^\w+$/.test(name)
        ? (new RegExp(`^export type ${name} =([^;]*);`, 'm').exec(this.text) ?? [])
        : [];
      this.enums.set(name, union?.match(/(?<=")[^"|]+(?=")/g) ?? undefined);
    }
    return this.enums.get(name);
  }
}
