/** An element of a request, without its namespace. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly Element[];
  text: string;
}

/** The element at a path of names. */
export const child = (element: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>((at, name) => at?.children.find((one) => one.name === name), element);

export const childrenOf = (element: Element | undefined, ...path: string[]): readonly Element[] =>
  child(element, ...path)?.children ?? [];

export const textOf = (element: Element | undefined, ...path: string[]): string | undefined =>
  child(element, ...path)?.text;

export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // XML 1.0 section 2.2: these cannot be written at all, and Exchange writes them as &#x..; nonetheless.
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

type Content = string | readonly (string | undefined)[];

/** An element with ready XML in it. */
export function tag(
  name: string,
  attributes: Record<string, string | number | boolean>,
  content: Content = '',
): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const inner = typeof content === 'string' ? content : content.join('');
  return inner ? `<${name}${list.join('')}>${inner}</${name}>` : `<${name}${list.join('')}/>`;
}

/** An element with a text in it. */
export const value = (name: string, text: string | number | boolean): string =>
  tag(name, {}, escaped(String(text)));

/** xs:boolean (XML Schema part 2, section 3.2.2). */
export const isTrue = (text: string | undefined): boolean => ['true', '1'].includes(text?.trim() ?? '');
