import { describe, expect, it } from 'vitest';

import { escaped, itemIds } from '../../../mail/ews/soap';
import { parseXml } from '../../../mail/ews/xml';

describe('a reply', () => {
  it('is read with any namespace prefixes', () => {
    const reply = parseXml(
      '\uFEFF<?xml version="1.0"?><!-- no --><a:Envelope xmlns:a="x"><Body><m:Items><t:Message><t:ItemId Id="A&amp;&quot;B"/></t:Message></m:Items></Body></a:Envelope>',
    );
    expect(reply.at('Envelope/Body/Items/Message/ItemId')?.attributes.Id).toBe('A&"B');
    expect(reply.all('ItemId')).toHaveLength(1);
    expect(reply.at('Envelope/Nothing/There')).toBeUndefined();
  });

  it('gives texts as they were written', () => {
    const text = (xml: string) => parseXml(`<s>${xml}</s>`).textAt('s');
    expect(text('&lt;b&gt; &amp;amp; &#228;&#x1F600; &apos;')).toBe("<b> &amp; ä😀 '");
    expect(text('<![CDATA[<b>&amp;]]>')).toBe('<b>&amp;');
    expect(text(' a\n b ')).toBe(' a\n b ');
    // XML knows five names; that of another language stays as it is, and grows to nothing.
    expect(text('&uuml;&bomb;')).toBe('&uuml;&bomb;');
  });

  it.each(['', 'It works!', '<a>', '<a/><b/>', '<a>cut o', '<a attr="', '<!DOCTYPE html>'])(
    'that is incomplete or not XML is refused: %s',
    (xml) => {
      expect(() => parseXml(xml)).toThrow(SyntaxError);
    },
  );

  it('cannot define its own entities', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>';
    expect(parseXml(bomb).textAt('a')).toBe('&c;');
  });
});

describe('a request', () => {
  it('escapes what a person wrote', () => {
    expect(escaped('<a b="c">&\'</a>')).toBe("&lt;a b=&quot;c&quot;&gt;&amp;'&lt;/a&gt;");
    expect(escaped('a\0b\x07c\ud800d\uffff')).toBe('abcd');
    expect(itemIds(['"/><t:ItemId Id="'])).toBe(
      '<m:ItemIds><t:ItemId Id="&quot;/&gt;&lt;t:ItemId Id=&quot;"/></m:ItemIds>',
    );
  });

  it('is parsed back to the same values', () => {
    const odd = '<a> & "b" \'c\' ]]> ä 😀 \u2028';
    expect(parseXml(`<s a="${escaped(odd)}">${escaped(odd)}</s>`).child('s')).toMatchObject({
      text: odd,
      attributes: { a: odd },
    });
  });
});
