import { describe, expect, it } from 'vitest';

import { htmlToText } from '../../../mail/mime/html-to-text';
import { htmlWithoutHistory } from '../../../mail/mime/html-history';
import { textWithoutHistory, withoutHistory } from '../../../mail/mime/quoted-history';

/*
 * How mail programs write an answer above, below and within what they quote. Each answer is "Yes, Tuesday."; what is quoted
 * says "Which day?".
 */

const p = (style: string, fields: readonly string[]) =>
  `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal">${fields
    .map((field) => field.replace(/^([^:]+:)/, `<b${style}>$1</b>`))
    .join('<br>')}</p></div></div><p class="MsoNormal">Which day?</p>`;

const PAGES: Array<[program: string, html: string]> = [
  [
    'Gmail',
    '<div dir="ltr">Yes, Tuesday.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov 3, 2026 at 9:12 AM Ada &lt;<a href="mailto:ada@example.test">ada@example.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div>Which day?</div></blockquote></div>',
  ],
  [
    'an older Gmail, in German',
    '<div>Yes, Tuesday.</div><div class="gmail_extra"><br><div class="gmail_quote">Am 3. November 2026 um 09:12 schrieb Ada &lt;<a href="mailto:ada@example.test">ada@example.test</a>&gt;:<br><blockquote class="gmail_quote">Which day?</blockquote></div></div>',
  ],
  [
    'Gmail, with an answer below',
    '<div class="gmail_quote"><div class="gmail_attr">Le mar. 3 nov. 2026 à 09:12, Ada a écrit :<br></div><blockquote class="gmail_quote">Which day?</blockquote></div><div>Yes, Tuesday.</div>',
  ],
  [
    'Gmail, with an answer in between',
    '<div class="gmail_quote"><div class="gmail_attr">On Tue, Nov 3, 2026 at 9:12 AM Ada wrote:</div><blockquote class="gmail_quote">Which day?</blockquote><div>Yes, Tuesday.</div><blockquote class="gmail_quote">Which day?</blockquote></div>',
  ],
  [
    'Apple Mail',
    '<div>Yes, Tuesday.<br><div><br><blockquote type="cite"><div>On 3 Nov 2026, at 09:12, Ada &lt;ada@example.test&gt; wrote:</div><br><div><div>Which day?</div></div></blockquote></div><br></div>',
  ],
  [
    'Apple Mail on a phone, in Spanish',
    '<div dir="ltr">Yes, Tuesday.</div><div dir="ltr"><br><blockquote type="cite">El 3 nov 2026, a las 9:12, Ada &lt;ada@example.test&gt; escribió:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Which day?</div></blockquote>',
  ],
  [
    'Thunderbird',
    '<p>Yes, Tuesday.</p><div class="moz-cite-prefix">Am 03.11.26 um 09:12 schrieb Ada:<br></div><blockquote type="cite" cite="mid:1@example.test"><p>Which day?</p></blockquote>',
  ],
  [
    'Thunderbird, with an answer below',
    '<div class="moz-cite-prefix">On 11/3/26 09:12, Ada wrote:<br></div><blockquote type="cite" cite="mid:1@example.test">Which day?</blockquote><p>Yes, Tuesday.</p>',
  ],
  [
    'Yahoo',
    '<div>Yes, Tuesday.</div><div id="ydp1yahoo_quoted_123" class="yahoo_quoted"><div><div>On Tuesday, November 3, 2026 at 09:12:00 AM GMT+1, Ada &lt;ada@example.test&gt; wrote: </div><div>Which day?</div></div></div>',
  ],
  ['Outlook', p('', ['From: Ada', 'Sent: Tuesday, November 3, 2026 9:12 AM', 'To: Bob', 'Subject: Visit'])],
  [
    'Outlook, in German',
    p('', ['Von: Ada', 'Gesendet: Dienstag, 3. November 2026 09:12', 'An: Bob', 'Betreff: Besuch']),
  ],
  [
    'Outlook, in French, without its line',
    p('', ['De : Ada', 'Envoyé : mardi 3 novembre 2026 09:12', 'À : Bob', 'Objet : Visite']).replace(
      / style="border[^"]*"/,
      '',
    ),
  ],
  [
    'Outlook, in Spanish, without its line',
    p('', [
      'De: Ada',
      'Enviado el: martes, 3 de noviembre de 2026 9:12',
      'Para: Bob',
      'Asunto: Visita',
    ]).replace(/ style="border[^"]*"/, ''),
  ],
  [
    'Outlook on the web',
    '<div class="elementToProof">Yes, Tuesday.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Ada<br><b>Sent:</b> Tuesday<br><b>To:</b> Bob<br><b>Subject:</b> Visit</font></div><div>Which day?</div>',
  ],
  [
    'Outlook on a phone',
    '<div dir="auto">Yes, Tuesday.</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message"><hr><div id="divRplyFwdMsg"><b>From:</b> Ada</div><div>Which day?</div></div>',
  ],
].map(([name, html]) => [
  name!,
  html!.includes('Yes, Tuesday.') ? html! : `<p class="MsoNormal">Yes, Tuesday.</p>${html!}`,
]);

const TEXTS: Array<[program: string, text: string]> = [
  [
    'Gmail',
    'Yes, Tuesday.\n\nOn Tue, Nov 3, 2026 at 9:12 AM Ada Lovelace <ada@example.test>\nwrote:\n\n> Which day?\n> Ada\n',
  ],
  [
    'Gmail, in German',
    'Yes, Tuesday.\n\nAm Di., 3. Nov. 2026 um 09:12 Uhr schrieb Ada <ada@example.test>:\n\n> Which day?\n',
  ],
  [
    'Gmail, in French',
    'Yes, Tuesday.\n\nLe mar. 3 nov. 2026 à 09:12, Ada <ada@example.test> a écrit :\n\n> Which day?\n',
  ],
  [
    'Gmail, in Spanish',
    'Yes, Tuesday.\n\nEl mar, 3 nov 2026 a las 9:12, Ada (<ada@example.test>) escribió:\n\n> Which day?\n',
  ],
  ['an answer below', 'On 11/3/26 09:12, Ada wrote:\n> Which day?\n>> Or month?\n\nYes, Tuesday.\n'],
  [
    'answers in between',
    'Am 03.11.26 um 09:12 schrieb Ada:\n> Which day?\n\nYes, Tuesday.\n\n> Which day?\n',
  ],
  [
    'a language that is not known',
    'Yes, Tuesday.\n\n2026. november 3., Ada <ada@example.test> ezt írta:\n> Which day?\n',
  ],
  [
    'Outlook',
    'Yes, Tuesday.\n\nFrom: Ada <ada@example.test>\nSent: Tuesday, November 3, 2026 9:12 AM\nTo: Bob\nSubject: Visit\n\nWhich day?\n',
  ],
  [
    'Outlook, in German',
    'Yes, Tuesday.\n\n-----Ursprüngliche Nachricht-----\nVon: Ada\nGesendet: Dienstag\nAn: Bob\nBetreff: Besuch\n\nWhich day?\n',
  ],
  [
    'Outlook, in French',
    "Yes, Tuesday.\n\n-----Message d'origine-----\nDe : Ada\nEnvoyé : mardi\nÀ : Bob\nObjet : Visite\n\nWhich day?\n",
  ],
  [
    'Outlook, in Spanish',
    'Yes, Tuesday.\n\nDe: Ada\nEnviado el: martes, 3 de noviembre de 2026 9:12\nPara: Bob\nAsunto: Visita\n\nWhich day?\n',
  ],
  [
    'Outlook on the web',
    'Yes, Tuesday.\n________________________________\nFrom: Ada\nSent: Tuesday\nTo: Bob\nSubject: Visit\n\nWhich day?\n',
  ],
  [
    'Yahoo',
    'Yes, Tuesday.\n\n    On Tuesday, November 3, 2026 at 09:12:00 AM GMT+1, Ada <ada@example.test> wrote:  \n \n Which day?\n',
  ],
  [
    'bold header fields',
    'Yes, Tuesday.\n\n*From:* Ada\n*Date:* Tuesday\n*To:* Bob\n*Subject:* Visit\n\nWhich day?\n',
  ],
];

describe('an answer alone', () => {
  it.each(PAGES)('in a page by %s', (_, html) => {
    expect(html).toContain('Which day?');
    const { text, history } = htmlWithoutHistory(html);
    const left = htmlToText(text).replace(/\n*Get Outlook for iOS.*/, '');
    expect({ left: left.trim(), history }).toEqual({ left: 'Yes, Tuesday.', history: 'removed' });
  });

  it.each(TEXTS)('in a text by %s', (_, text) => {
    expect(textWithoutHistory(text)).toEqual({ text: 'Yes, Tuesday.\n', history: 'removed' });
  });

  it('keeps several answers in between, in their order', () => {
    const text = 'On 3 Nov 2026, Ada wrote:\n> One?\nFirst.\n> Two?\nSecond.\n';
    expect(textWithoutHistory(text).text).toBe('First.\n\nSecond.\n');
  });
});

describe('history is kept', () => {
  it.each([
    ['nothing would remain in a text', 'On 3 Nov 2026 at 9:12, Ada wrote:\n> Which day?\n'],
    [
      'a text is forwarded',
      'See below.\n\n---------- Forwarded message ---------\nFrom: Ada\nDate: Tue\nTo: Bob\nSubject: V\n\nHi\n',
    ],
  ])('if %s', (_, text) => {
    const cut = textWithoutHistory(text);
    expect(cut.text).toBe(text);
    expect(cut.history).not.toBe('removed');
  });

  it.each([
    ['nothing would remain in a page', '<br><blockquote type="cite">Which day?</blockquote>'],
    [
      'Gmail forwards it',
      '<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ada</div>Which day?</div>',
    ],
    [
      'Apple Mail forwards it',
      'FYI<blockquote type="cite"><div>Begin forwarded message:</div>Which day?</blockquote>',
    ],
    [
      'Thunderbird forwards it',
      'FYI<div class="moz-forward-container">-------- Forwarded Message --------<blockquote type="cite">Which day?</blockquote></div>',
    ],
  ])('if %s', (_, html) => {
    const cut = htmlWithoutHistory(html);
    expect(cut.text).toBe(html);
    expect(cut.history).not.toBe('removed');
  });

  it('if the subject says that it is forwarded, as Outlook does', () => {
    const content = { text: '', html: '<p>FYI</p><div id="divRplyFwdMsg">From: Ada</div>Which day?' };
    expect(withoutHistory(content, 'WG: Besuch')).toEqual({ content, text: 'kept', html: 'kept' });
    expect(withoutHistory(content, 'AW: WG: Besuch')).toMatchObject({ html: 'removed' });
  });
});

describe('what is no history stays', () => {
  it.each([
    ['a word before a colon', 'I wrote:\nHello.\n'],
    ['one line of a shell', 'Please run\n> npm test\n'],
    ['a question with a number', 'I have 3 questions:\n1. When?\n2. Where?\n'],
    ['a sender alone', 'From: the start it was clear.\nTo: be honest, no.\n'],
  ])('%s', (_, text) => {
    expect(textWithoutHistory(text)).toEqual({ text, history: 'not found' });
  });

  it('an empty mark of Outlook at the end, and a design with lines', () => {
    for (const html of ['<p>Hi</p><div id="appendonsend"></div>', '<p style="border-top:solid 1px">Hi</p>']) {
      expect(htmlWithoutHistory(html)).toEqual({ text: html, history: 'not found' });
    }
  });
});

it('the text of a page without history is made from what remains', () => {
  const html = '<p>Yes</p><blockquote type="cite">Which day?</blockquote>';
  const { content } = withoutHistory({ text: 'Yes\n\n> Which day?', html }, 'Re: Visit');
  expect(content).toEqual({ text: 'Yes', html: '<p>Yes</p>' });
});
