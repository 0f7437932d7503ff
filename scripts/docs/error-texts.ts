import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { isFor } from '../../mail/account/login-errors/login-error';
import { LOGIN_ERRORS } from '../../mail/account/login-errors/table';
import type { LoginContext, LoginError } from '../../mail/account/login-errors/types';
import { AUTHENTICATIONS, CELLS, PROVIDERS } from '../../mail/account/providers';
import { MAIL_ERROR_CODES, type MailErrorCode } from '../../mail/errors';

const ROOT = join(__dirname, '..', '..');

/** An error as its text stands in the code, with placeholders such as `{host}` for what is only known in a run. */
export interface ErrorText {
  code: MailErrorCode;
  message: string;
  /** Several, if it depends on the case. */
  fixes: readonly string[];
  /** What mail servers say when this is meant, for a refused login. */
  says: readonly Said[];
  file: string;
}

interface Said {
  words: RegExp;
  /** The providers, the ways to log in and the protocols, if it does not mean this everywhere. */
  where: readonly string[];
}

/** More alternatives of one text are shown as a placeholder. */
const MOST = 12;
const DEEPEST = 6;

const isCode = (text: string): text is MailErrorCode => Object.hasOwn(MAIL_ERROR_CODES, text);

/** All errors that n8n can show, read from the source: nobody has to keep a list. */
export function errorTexts(): ErrorText[] {
  const files = ['mail', 'n8n', 'nodes'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const sources = files
    .sort()
    .map((file) =>
      ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true),
    );
  const known = new Constants(sources);
  const inCode = sources
    .filter(({ fileName }) => fileName !== 'mail/errors.ts')
    .flatMap((source) => inSource(source, known));
  const unique = new Map<string, ErrorText>();
  for (const one of [...inCode, ...refusedLogins()]) {
    const key = JSON.stringify([one.code, one.message, one.fixes]);
    unique.set(key, { ...one, says: [...(unique.get(key)?.says ?? []), ...one.says] });
  }
  return [...unique.values()];
}

/** The rows of mail/account/login-errors/, with what they say in every login that they are for. */
function refusedLogins(): ErrorText[] {
  const contexts = CELLS.flatMap(({ provider, authentication, row }): LoginContext[] =>
    (['imap', 'pop3', 'smtp'] as const)
      .filter((protocol) => protocol === 'smtp' || row.protocols.includes(protocol))
      .map((protocol) => ({ provider, authentication, protocol })),
  );
  return LOGIN_ERRORS.map((row) => {
    const { code = 'AUTHENTICATION_FAILED', message, description, says } = row;
    const fixes = contexts
      .filter((context) => isFor(row, context))
      .map((context) => (typeof description === 'string' ? description : description(context)));
    return {
      ...{ code, message: message ?? '{server} refused the login ({detail})', fixes: [...new Set(fixes)] },
      ...{ says: [{ words: says, where: whereOf(row) }], file: 'mail/account/login-errors/table.ts' },
    };
  });
}

const whereOf = ({ providers = [], authentications = [], protocols = [] }: LoginError): string[] =>
  [
    providers.map((one) => PROVIDERS.find(({ id }) => id === one)!.name),
    authentications.map((one) => AUTHENTICATIONS[one].name),
    protocols.map((one) => one.toUpperCase()),
  ].flatMap((names) => (names.length > 0 ? [names.join(' or ')] : []));

function inSource(source: ts.SourceFile, known: Constants): ErrorText[] {
  const found: ErrorText[] = [];
  const add = (codes: string[], messages: string[], fixes: string[]) => {
    for (const code of codes.filter(isCode)) {
      // A text that is nothing but a placeholder stands somewhere else in full.
      for (const message of messages.filter((one) => /\w/.test(one.replace(/\{\w+\}/g, '')))) {
        found.push({ code, message, fixes, says: [], file: source.fileName });
      }
    }
  };
  const texts = (node: ts.Expression | undefined) => (node ? known.textsOf(node, source) : []);
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (ts.isNewExpression(node) && node.expression.getText(source) === 'MailError') {
      const [code, message, fix] = node.arguments ?? [];
      add(texts(code), texts(message), texts(fix));
    } else if (ts.isCallExpression(node)) {
      const [first, second, fix] = node.arguments;
      const callee = node.expression.getText(source);
      const both = (between: string) =>
        texts(first).flatMap((start) => texts(second).map((end) => `${start}${between}${end}`));
      if (callee === 'invalidInput') add(['INVALID_INPUT'], both(': '), texts(fix));
      if (callee === 'notSupported') add(['NOT_SUPPORTED'], both(' cannot '), texts(fix));
    } else if (ts.isArrayLiteralExpression(node)) {
      // A template of mail/net/network-errors.ts, and not a list of codes.
      const [code, message, ...fixes] = node.elements;
      const isTemplate = [code, message].map((one) => !!one && isCodeLiteral(one)).join() === 'true,false';
      if (isTemplate && fixes.length > 0) add(texts(code), texts(message), fixes.flatMap(texts));
    }
  };
  visit(source);
  return found;
}

const isCodeLiteral = (node: ts.Expression): boolean => ts.isStringLiteral(node) && isCode(node.text);

/** The constants of all sources. A name that means different things stands for none of them, outside of its file. */
class Constants {
  private readonly byFile = new Map<string, Map<string, ts.Expression>>();
  private readonly everywhere = new Map<string, ts.Expression | undefined>();

  constructor(sources: readonly ts.SourceFile[]) {
    for (const source of sources) {
      const own = new Map<string, ts.Expression>();
      for (const statement of source.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        for (const { name, initializer } of statement.declarationList.declarations) {
          if (!ts.isIdentifier(name) || !initializer) continue;
          own.set(name.text, initializer);
          this.everywhere.set(name.text, this.everywhere.has(name.text) ? undefined : initializer);
        }
      }
      this.byFile.set(source.fileName, own);
    }
  }

  private valueOf(name: string, source: ts.SourceFile): ts.Expression | undefined {
    return this.byFile.get(source.fileName)?.get(name) ?? this.everywhere.get(name);
  }

  /** The texts that an expression may give. */
  textsOf(node: ts.Expression, source: ts.SourceFile, depth = 0): string[] {
    const inner = (one: ts.Expression) => this.textsOf(one, one.getSourceFile(), depth + 1);
    const found = depth > DEEPEST ? literal(node) : this.alternatives(node, source, inner);
    const texts = withoutRepetition([...new Set(found)]);
    return texts.length > 0 && texts.length <= MOST ? texts : [placeholder(node)];
  }

  private alternatives(
    node: ts.Expression,
    source: ts.SourceFile,
    inner: (one: ts.Expression) => string[],
  ): string[] {
    if (literal(node).length > 0) return literal(node);
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
      return inner(node.expression);
    }
    if (ts.isSatisfiesExpression(node)) return inner(node.expression);
    if (ts.isTemplateExpression(node)) {
      return node.templateSpans.reduce(
        (texts, { expression, literal }) =>
          texts.flatMap((text) => inner(expression).map((part) => `${text}${part}${literal.text}`)),
        [node.head.text],
      );
    }
    if (ts.isConditionalExpression(node)) return [...inner(node.whenTrue), ...inner(node.whenFalse)];
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [inner(node.left), inner(node.right)];
      if (node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        return left.flatMap((start) => right.map((end) => `${start}${end}`));
      }
      const isOr = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(
        node.operatorToken.kind,
      );
      return isOr ? [...left, ...right] : [];
    }
    if (ts.isArrowFunction(node)) return ts.isBlock(node.body) ? [] : inner(node.body);
    if (ts.isIdentifier(node)) {
      const value = this.valueOf(node.text, source);
      return value && !isDeclaredInside(node) ? inner(value) : [];
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const table = ts.isIdentifier(node.expression) ? this.valueOf(node.expression.text, source) : undefined;
      const object = table && withoutTypes(table);
      if (!object || !ts.isObjectLiteralExpression(object)) return [];
      const values = object.properties.filter(ts.isPropertyAssignment);
      return ts.isPropertyAccessExpression(node)
        ? values
            .filter(({ name }) => name.getText() === node.name.text)
            .flatMap((one) => inner(one.initializer))
        : values.flatMap((one) => inner(one.initializer));
    }
    if (ts.isCallExpression(node)) {
      if (ts.isPropertyAccessExpression(node.expression)) {
        return node.expression.name.text === 'trim' ? inner(node.expression.expression) : [];
      }
      return ts.isIdentifier(node.expression) ? inner(node.expression) : [];
    }
    return [];
  }
}

const literal = (node: ts.Expression): string[] =>
  ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) ? [node.text] : [];

/** One placeholder stands for whatever is only known in a run, and also for nothing. */
function withoutRepetition(texts: readonly string[]): string[] {
  const [first] = texts.filter(isPlaceholder);
  return texts.filter((one) => one === first || !(first && (one === '' || isPlaceholder(one))));
}

const isPlaceholder = (text: string): boolean => /^\{\w+\}$/.test(text);

/** Whether a name is that of a parameter around it, and not of a constant. */
function isDeclaredInside(name: ts.Identifier): boolean {
  for (let around: ts.Node = name.parent; !ts.isSourceFile(around); around = around.parent) {
    if (!ts.isFunctionLike(around)) continue;
    if (around.parameters.some((one) => new RegExp(`\\b${name.text}\\b`).test(one.name.getText())))
      return true;
  }
  return false;
}

const withoutTypes = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? withoutTypes(node.expression) : node;

/** The last name in an expression says most. */
function placeholder(node: ts.Expression): string {
  if (ts.isCallExpression(node)) {
    const { expression, arguments: given } = node;
    if (!ts.isPropertyAccessExpression(expression)) return placeholder(expression);
    const isMath = expression.expression.getText() === 'Math';
    return placeholder(isMath && given[0] ? given[0] : expression.expression);
  }
  const names = node.getText().match(/[A-Za-z]\w*/g) ?? ['value'];
  const name = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? names.at(-1)! : names[0]!;
  return `{${name}}`;
}
