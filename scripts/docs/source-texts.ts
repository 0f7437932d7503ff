import { posix } from 'node:path';

import ts from 'typescript';

/** More alternatives of one text are shown as a placeholder. */
const MOST = 12;
const DEEPEST = 8;

/** The constants of all sources. A name that means different things stands for none of them, outside of its file. */
export class Constants {
  private readonly byFile = new Map<string, Map<string, ts.Expression>>();
  private readonly everywhere = new Map<string, ts.Expression | undefined>();
  private readonly calls = new Map<string, ts.CallExpression[]>();
  /** What the parameters of a helper function are in one of its calls. */
  private given: ReadonlyMap<ts.ParameterDeclaration, ts.Expression | undefined> = new Map();

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
      this.findCalls(source);
    }
  }

  private findCalls(node: ts.Node): void {
    ts.forEachChild(node, (child) => this.findCalls(child));
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
    const name = node.expression.text;
    this.calls.set(name, [...(this.calls.get(name) ?? []), node]);
  }

  /** Does the work once for each call of the helper function that an expression is the result of, or just once. */
  forEachCall(result: ts.Expression, work: () => void): void {
    const helper = helperAround(result);
    const source = result.getSourceFile();
    const calls = (helper ? (this.calls.get(helper.name) ?? []) : []).filter((call) => {
      const caller = call.getSourceFile();
      return caller === source || imports(caller, helper!.name, source);
    });
    for (const call of calls) this.withArguments(helper!.parameters, call, work);
    if (calls.length === 0) work();
  }

  private withArguments<T>(
    parameters: readonly ts.ParameterDeclaration[],
    call: ts.CallExpression,
    work: () => T,
  ): T {
    const before = this.given;
    const values = parameters.map((one, index) => [one, call.arguments[index] ?? one.initializer] as const);
    this.given = new Map([...before, ...values]);
    const result = work();
    this.given = before;
    return result;
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
    if (ts.isConditionalExpression(node)) {
      const parameter = ts.isIdentifier(node.condition) && parameterOf(node.condition);
      const condition = parameter && this.given.get(parameter)?.kind;
      const whenTrue = condition === ts.SyntaxKind.FalseKeyword ? [] : inner(node.whenTrue);
      return condition === ts.SyntaxKind.TrueKeyword ? whenTrue : [...whenTrue, ...inner(node.whenFalse)];
    }
    if (ts.isBinaryExpression(node)) {
      if (ts.isNumericLiteral(node.right)) return [];
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
      const parameter = parameterOf(node);
      const local = parameter ? this.given.get(parameter) : localValue(node);
      const value = parameter ? local : (local ?? this.valueOf(node.text, source));
      const texts = value ? inner(value) : [];
      // What is only known in a run has the name that it has here.
      return local && texts.every(isPlaceholder) ? [] : texts;
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
        const { expression: object, name } = node.expression;
        if (name.text === 'trim') return inner(object);
        // Parts of a text, of which all but the first are only known in a run.
        const [first] = name.text === 'join' && ts.isArrayLiteralExpression(object) ? object.elements : [];
        return first && !ts.isSpreadElement(first) ? inner(first).map((text) => `${text}{more}`) : [];
      }
      if (!ts.isIdentifier(node.expression)) return [];
      const called = this.valueOf(node.expression.text, source);
      const parameters = called && ts.isArrowFunction(called) ? called.parameters : [];
      return this.withArguments(parameters, node, () => inner(node.expression));
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

/** The parameter around it that a name is, and not a constant. */
function parameterOf(name: ts.Identifier): ts.ParameterDeclaration | undefined {
  for (let around: ts.Node = name.parent; !ts.isSourceFile(around); around = around.parent) {
    if (!ts.isFunctionLike(around)) continue;
    const found = around.parameters.find((one) => new RegExp(`\\b${name.text}\\b`).test(one.name.getText()));
    if (found) return found;
  }
  return undefined;
}

/** What a constant of the function around it is. */
function localValue(name: ts.Identifier): ts.Expression | undefined {
  for (let around: ts.Node = name.parent; !ts.isSourceFile(around); around = around.parent) {
    if (!ts.isBlock(around)) continue;
    for (const statement of around.statements.filter(ts.isVariableStatement)) {
      const { declarations, flags } = statement.declarationList;
      if (!(flags & ts.NodeFlags.Const)) continue;
      const found = declarations.find((one) => one.name.getText() === name.text);
      if (found) return found.initializer;
    }
  }
  return undefined;
}

/** The function that does nothing but make this error: `const wrong = (what: string) => invalidInput(…)`. */
function helperAround(
  result: ts.Expression,
): { name: string; parameters: readonly ts.ParameterDeclaration[] } | undefined {
  const { parent } = result;
  if (!ts.isArrowFunction(parent) || parent.body !== result) return undefined;
  const { parent: declaration } = parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return undefined;
  const parameters = parent.parameters.filter(({ name }) => ts.isIdentifier(name));
  return { name: declaration.name.text, parameters };
}

/** Whether a file takes the name from the other one. */
const imports = (file: ts.SourceFile, name: string, from: ts.SourceFile): boolean =>
  file.statements.some(
    (one) =>
      ts.isImportDeclaration(one) &&
      ts.isStringLiteral(one.moduleSpecifier) &&
      `${posix.join(posix.dirname(file.fileName), one.moduleSpecifier.text)}.ts` === from.fileName &&
      new RegExp(`\\b${name}\\b`).test(one.importClause?.getText() ?? ''),
  );

const withoutTypes = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? withoutTypes(node.expression) : node;

/** The last name in an expression says most. */
function placeholder(node: ts.Expression): string {
  if (ts.isAwaitExpression(node)) return placeholder(node.expression);
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
