import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '..', '..', '..');
const DOOR = join(ROOT, 'index.ts');
/** Where the packages that this file needs are found on the way up. */
const FOLDER = join(ROOT, 'test', '.output', 'door');

/** The compiler takes its time on a busy machine. Milliseconds. */
const PATIENCE = 120_000;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules', '@types')],
  ...{ strict: true, esModuleInterop: true, skipLibCheck: true, declaration: true },
};

const texts = (diagnostics: readonly ts.Diagnostic[]): string[] =>
  diagnostics.map(({ messageText, file, start = 0 }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? -1) + 1;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });

const door = ts.createProgram([DOOR], { ...OPTIONS, rootDir: ROOT, emitDeclarationOnly: true });

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe('what the door exports', { timeout: PATIENCE }, () => {
  const checker = door.getTypeChecker();
  const exported = new Set(
    checker.getExportsOfModule(checker.getSymbolAtLocation(door.getSourceFile(DOOR)!)!).map(declaredAs),
  );

  /** What an import or an export names. */
  function declaredAs(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The types of this package that a declaration names where others can see them. */
  function namedIn(declaration: ts.Node): ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const visit = (node: ts.Node): void => {
      // What a function does, and what is private, is nobody else's.
      if (ts.isBlock(node)) return;
      if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(isPrivate)) return;
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isExpressionWithTypeArguments(node)
          ? node.expression
          : undefined;
      const symbol = name && checker.getSymbolAtLocation(name);
      if (symbol) found.push(declaredAs(symbol));
      ts.forEachChild(node, visit);
    };
    visit(declaration);
    return found.filter(isOurs);
  }

  const isPrivate = ({ kind }: ts.ModifierLike) => kind === ts.SyntaxKind.PrivateKeyword;
  const isOurs = ({ declarations = [] }: ts.Symbol) =>
    declarations.some(
      (one) => !ts.isTypeParameterDeclaration(one) && !one.getSourceFile().fileName.includes('node_modules'),
    );

  it('refers only to types that it also exports', () => {
    const seen = new Set<ts.Symbol>();
    const missing = new Set<string>();
    const open = [...exported];
    for (let symbol = open.pop(); symbol; symbol = open.pop()) {
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      if (!exported.has(symbol)) missing.add(symbol.name);
      open.push(...(symbol.declarations ?? []).flatMap(namedIn));
    }
    expect([...seen].map(({ name }) => name)).toEqual(
      expect.arrayContaining(['emailSession', 'MailClient', 'FolderClient', 'RejectedRecipient', 'Retry']),
    );
    expect([...missing]).toEqual([]);
  });

  it('exports nothing about settings and logins', () => {
    const about = [...exported]
      .map(({ name }) => name)
      .filter((name) => /settings|authenticator|login/i.test(name));
    expect(about).toEqual([]);
    const session = [...exported].find(({ name }) => name === 'EmailSession')!;
    const properties = checker.getDeclaredTypeOfSymbol(session).getProperties();
    expect(properties.map(({ name }) => name)).toEqual(['name', 'use']);
  });
});

/** What goes beyond the door, and what the compiler says of it. */
const BEYOND = [
  [
    "import { registry } from 'n8n-nodes-email-session/dist/n8n/run/registry.js'; registry;",
    /Cannot find module/,
  ],
  [
    "import { emailSession } from 'n8n-nodes-email-session'; export const settings = async (context: never) => (await emailSession(context)).settings;",
    /'settings' does not exist/,
  ],
] as const;

describe('another package', { timeout: PATIENCE }, () => {
  let program: ts.Program;
  const fileOf = (index: number) => join(FOLDER, `beyond-${index}.ts`);
  const NODE = join(FOLDER, 'another-package.ts');

  // Against the package as it is published: its declarations, and what its package.json lets through.
  beforeAll(() => {
    const published = join(FOLDER, 'node_modules', 'n8n-nodes-email-session');
    mkdirSync(published, { recursive: true });
    copyFileSync(join(ROOT, 'package.json'), join(published, 'package.json'));
    writeFileSync(join(FOLDER, 'package.json'), '{ "name": "n8n-nodes-another", "type": "commonjs" }');
    door.emit(undefined, (file, text) => {
      const place = file.replace(ROOT, join(published, 'dist'));
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    });
    copyFileSync(join(__dirname, 'another-package.ts'), NODE);
    BEYOND.forEach(([text], index) => writeFileSync(fileOf(index), text));
    program = ts.createProgram([NODE, ...BEYOND.map((_, index) => fileOf(index))], {
      ...OPTIONS,
      rootDir: FOLDER,
    });
  }, PATIENCE);

  const problemsOf = (name: string): string[] => {
    const file = program.getSourceFile(name)!;
    return texts([...ts.getPreEmitDiagnostics(program, file), ...program.getDeclarationDiagnostics(file)]);
  };

  it('compiles a node, and its declarations, with only the exports', () => {
    expect(problemsOf(NODE)).toEqual([]);
  });

  it.each(BEYOND.map(([text, message], index) => [text, message, index] as const))(
    'does not compile: %s',
    (_, message, index) => {
      expect(problemsOf(fileOf(index))).toEqual([expect.stringMatching(message)]);
    },
  );
});
