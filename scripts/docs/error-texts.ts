import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { isFor } from '../../mail/account/login-errors/login-error';
import { LOGIN_ERRORS } from '../../mail/account/login-errors/table';
import type { LoginContext, LoginError } from '../../mail/account/login-errors/types';
import { AUTHENTICATIONS, CELLS, PROVIDERS } from '../../mail/account/providers';
import { MAIL_ERROR_CODES, type MailErrorCode } from '../../mail/errors';
import { Constants } from './source-texts';

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
      known.forEachCall(node, () => add(texts(code), texts(message), texts(fix)));
    } else if (ts.isCallExpression(node)) {
      const [first, second, fix] = node.arguments;
      const callee = node.expression.getText(source);
      const both = (between: string) =>
        texts(first).flatMap((start) => texts(second).map((end) => `${start}${between}${end}`));
      known.forEachCall(node, () => {
        if (callee === 'invalidInput') add(['INVALID_INPUT'], both(': '), texts(fix));
        if (callee === 'notSupported') add(['NOT_SUPPORTED'], both(' cannot '), texts(fix));
      });
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
