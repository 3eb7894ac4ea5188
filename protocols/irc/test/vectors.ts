// The examples of ircdocs/parser-tests (dedicated to the public domain, CC0), and those of IRCv3's message-tags document.
// A tag without a value has the empty one: "interpret empty tag values as equivalent to missing tag values".

interface Atoms {
  readonly tags?: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly command: string;
  readonly params?: readonly string[];
}

/** Lines, and the parts that they have. */
export const SPLIT: readonly (readonly [line: string, atoms: Atoms])[] = [
  ['foo bar baz asdf', { command: 'FOO', params: ['bar', 'baz', 'asdf'] }],
  [':coolguy foo bar baz asdf', { source: 'coolguy', command: 'FOO', params: ['bar', 'baz', 'asdf'] }],
  ['foo bar baz :asdf quux', { command: 'FOO', params: ['bar', 'baz', 'asdf quux'] }],
  ['foo bar baz :', { command: 'FOO', params: ['bar', 'baz', ''] }],
  ['foo bar baz ::asdf', { command: 'FOO', params: ['bar', 'baz', ':asdf'] }],
  [
    ':coolguy foo bar baz :asdf quux',
    { source: 'coolguy', command: 'FOO', params: ['bar', 'baz', 'asdf quux'] },
  ],
  [
    ':coolguy foo bar baz :  asdf quux ',
    { source: 'coolguy', command: 'FOO', params: ['bar', 'baz', '  asdf quux '] },
  ],
  [':coolguy PRIVMSG bar :lol :) ', { source: 'coolguy', command: 'PRIVMSG', params: ['bar', 'lol :) '] }],
  [':coolguy foo bar baz :', { source: 'coolguy', command: 'FOO', params: ['bar', 'baz', ''] }],
  [':coolguy foo bar baz :  ', { source: 'coolguy', command: 'FOO', params: ['bar', 'baz', '  '] }],
  ['@a=b;c=32;k;rt=ql7 foo', { tags: { a: 'b', c: '32', k: '', rt: 'ql7' }, command: 'FOO' }],
  [
    String.raw`@a=b\\and\nk;c=72\s45;d=gh\:764 foo`,
    { tags: { a: 'b\\and\nk', c: '72 45', d: 'gh;764' }, command: 'FOO' },
  ],
  [
    '@c;h=;a=b :quux ab cd',
    { tags: { c: '', h: '', a: 'b' }, source: 'quux', command: 'AB', params: ['cd'] },
  ],
  [':src JOIN #chan', { source: 'src', command: 'JOIN', params: ['#chan'] }],
  [':src JOIN :#chan', { source: 'src', command: 'JOIN', params: ['#chan'] }],
  [':src AWAY', { source: 'src', command: 'AWAY' }],
  [':src AWAY ', { source: 'src', command: 'AWAY' }],
  [':cool\tguy foo bar baz', { source: 'cool\tguy', command: 'FOO', params: ['bar', 'baz'] }],
  [
    ':coolguy!ag@net\x035w\x03ork.admin PRIVMSG foo :bar baz',
    { source: 'coolguy!ag@net\x035w\x03ork.admin', command: 'PRIVMSG', params: ['foo', 'bar baz'] },
  ],
  [
    ':coolguy!~ag@n\x02et\x0305w\x0fork.admin PRIVMSG foo :bar baz',
    { source: 'coolguy!~ag@n\x02et\x0305w\x0fork.admin', command: 'PRIVMSG', params: ['foo', 'bar baz'] },
  ],
  [
    '@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4= :irc.example.com COMMAND param1 param2 :param3 param3',
    {
      tags: { tag1: 'value1', tag2: '', 'vendor1/tag3': 'value2', 'vendor2/tag4': '' },
      source: 'irc.example.com',
      command: 'COMMAND',
      params: ['param1', 'param2', 'param3 param3'],
    },
  ],
  [
    ':irc.example.com COMMAND param1 param2 :param3 param3',
    { source: 'irc.example.com', command: 'COMMAND', params: ['param1', 'param2', 'param3 param3'] },
  ],
  [
    '@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4 COMMAND param1 param2 :param3 param3',
    {
      tags: { tag1: 'value1', tag2: '', 'vendor1/tag3': 'value2', 'vendor2/tag4': '' },
      command: 'COMMAND',
      params: ['param1', 'param2', 'param3 param3'],
    },
  ],
  ['COMMAND', { command: 'COMMAND' }],
  [String.raw`@foo=\\\\\:\\s\s\r\n COMMAND`, { tags: { foo: '\\\\;\\s \r\n' }, command: 'COMMAND' }],
  [
    ':gravel.mozilla.org 432  #momo :Erroneous Nickname: Illegal characters',
    {
      source: 'gravel.mozilla.org',
      command: '432',
      params: ['#momo', 'Erroneous Nickname: Illegal characters'],
    },
  ],
  [
    ':gravel.mozilla.org MODE #tckk +n ',
    { source: 'gravel.mozilla.org', command: 'MODE', params: ['#tckk', '+n'] },
  ],
  [
    ':services.esper.net MODE #foo-bar +o foobar  ',
    { source: 'services.esper.net', command: 'MODE', params: ['#foo-bar', '+o', 'foobar'] },
  ],
  [String.raw`@tag1=value\\ntest COMMAND`, { tags: { tag1: 'value\\ntest' }, command: 'COMMAND' }],
  [String.raw`@tag1=value\1 COMMAND`, { tags: { tag1: 'value1' }, command: 'COMMAND' }],
  ['@tag1=value1\\ COMMAND', { tags: { tag1: 'value1' }, command: 'COMMAND' }],
  ['@tag1=1;tag2=3;tag3=4;tag1=5 COMMAND', { tags: { tag1: '5', tag2: '3', tag3: '4' }, command: 'COMMAND' }],
  [
    '@tag1=1;tag2=3;tag3=4;tag1=5;vendor/tag2=8 COMMAND',
    { tags: { tag1: '5', tag2: '3', tag3: '4', 'vendor/tag2': '8' }, command: 'COMMAND' },
  ],
  [':SomeOp MODE #channel :+i', { source: 'SomeOp', command: 'MODE', params: ['#channel', '+i'] }],
  [
    ':SomeOp MODE #channel +oo SomeUser :AnotherUser',
    { source: 'SomeOp', command: 'MODE', params: ['#channel', '+oo', 'SomeUser', 'AnotherUser'] },
  ],
  // message-tags, "Examples".
  [
    ':nick!ident@host.com PRIVMSG me :Hello',
    { source: 'nick!ident@host.com', command: 'PRIVMSG', params: ['me', 'Hello'] },
  ],
  [
    '@aaa=bbb;ccc;example.com/ddd=eee :nick!ident@host.com PRIVMSG me :Hello',
    {
      tags: { aaa: 'bbb', ccc: '', 'example.com/ddd': 'eee' },
      source: 'nick!ident@host.com',
      command: 'PRIVMSG',
      params: ['me', 'Hello'],
    },
  ],
  [
    '@msgid=63E1033A051D4B41B1AB1FA3CF4B243E;+example-client-tag=example-value PRIVMSG #channel :Message',
    {
      tags: { msgid: '63E1033A051D4B41B1AB1FA3CF4B243E', '+example-client-tag': 'example-value' },
      command: 'PRIVMSG',
      params: ['#channel', 'Message'],
    },
  ],
  [
    '@+icon=https://example.com/favicon.png :url_bot!bot@example.com TAGMSG #channel',
    {
      tags: { '+icon': 'https://example.com/favicon.png' },
      source: 'url_bot!bot@example.com',
      command: 'TAGMSG',
      params: ['#channel'],
    },
  ],
];

/** Parts, and the lines that may stand for them. */
export const JOIN: readonly (readonly [what: string, atoms: Atoms, lines: readonly string[]])[] = [
  [
    'verb and params',
    { command: 'foo', params: ['bar', 'baz', 'asdf'] },
    ['foo bar baz asdf', 'foo bar baz :asdf'],
  ],
  ['source and no params', { source: 'src', command: 'AWAY' }, [':src AWAY']],
  ['source and empty trailing param', { source: 'src', command: 'AWAY', params: [''] }, [':src AWAY :']],
  [
    'source',
    { source: 'coolguy', command: 'foo', params: ['bar', 'baz', 'asdf'] },
    [':coolguy foo bar baz asdf', ':coolguy foo bar baz :asdf'],
  ],
  ['trailing param', { command: 'foo', params: ['bar', 'baz', 'asdf quux'] }, ['foo bar baz :asdf quux']],
  ['empty trailing param', { command: 'foo', params: ['bar', 'baz', ''] }, ['foo bar baz :']],
  ['trailing param with colon', { command: 'foo', params: ['bar', 'baz', ':asdf'] }, ['foo bar baz ::asdf']],
  [
    'source and trailing param',
    { source: 'coolguy', command: 'foo', params: ['bar', 'baz', 'asdf quux'] },
    [':coolguy foo bar baz :asdf quux'],
  ],
  [
    'whitespace at both ends',
    { source: 'coolguy', command: 'foo', params: ['bar', 'baz', '  asdf quux '] },
    [':coolguy foo bar baz :  asdf quux '],
  ],
  [
    'what looks like another trailing param',
    { source: 'coolguy', command: 'PRIVMSG', params: ['bar', 'lol :) '] },
    [':coolguy PRIVMSG bar :lol :) '],
  ],
  [
    'source and empty trailing',
    { source: 'coolguy', command: 'foo', params: ['bar', 'baz', ''] },
    [':coolguy foo bar baz :'],
  ],
  [
    'only spaces',
    { source: 'coolguy', command: 'foo', params: ['bar', 'baz', '  '] },
    [':coolguy foo bar baz :  '],
  ],
  [
    'a tab is no space',
    { source: 'coolguy', command: 'foo', params: ['b\tar', 'baz'] },
    [':coolguy foo b\tar baz', ':coolguy foo b\tar :baz'],
  ],
  [
    'tag with empty value',
    { tags: { asd: '' }, source: 'coolguy', command: 'foo', params: ['bar', 'baz', '  '] },
    ['@asd :coolguy foo bar baz :  ', '@asd= :coolguy foo bar baz :  '],
  ],
  [
    'tag with no value',
    { tags: { asd: '' }, source: 'coolguy', command: 'foo', params: ['bar', 'baz', '  '] },
    ['@asd :coolguy foo bar baz :  '],
  ],
  [
    'escaped values',
    { tags: { a: 'b\\and\nk', d: 'gh;764' }, command: 'foo' },
    [String.raw`@a=b\\and\nk;d=gh\:764 foo`, String.raw`@d=gh\:764;a=b\\and\nk foo`],
  ],
  [
    'escaped values and params',
    { tags: { a: 'b\\and\nk', d: 'gh;764' }, command: 'foo', params: ['par1', 'par2'] },
    [
      String.raw`@a=b\\and\nk;d=gh\:764 foo par1 par2`,
      String.raw`@a=b\\and\nk;d=gh\:764 foo par1 :par2`,
      String.raw`@d=gh\:764;a=b\\and\nk foo par1 par2`,
      String.raw`@d=gh\:764;a=b\\and\nk foo par1 :par2`,
    ],
  ],
  [
    'long, strange values',
    { tags: { foo: '\\\\;\\s \r\n' }, command: 'COMMAND' },
    [String.raw`@foo=\\\\\:\\s\s\r\n COMMAND`],
  ],
];

/** Sources, and what they are made of. */
export const USERHOST: readonly (readonly [source: string, nick: string, user: string, host: string])[] = [
  ['coolguy', 'coolguy', '', ''],
  ['coolguy!ag@127.0.0.1', 'coolguy', 'ag', '127.0.0.1'],
  ['coolguy!~ag@localhost', 'coolguy', '~ag', 'localhost'],
  ['coolguy@127.0.0.1', 'coolguy', '', '127.0.0.1'],
  ['coolguy!ag', 'coolguy', 'ag', ''],
  ['coolguy!ag@net\x035w\x03ork.admin', 'coolguy', 'ag', 'net\x035w\x03ork.admin'],
  ['coolguy!~ag@n\x02et\x0305w\x0fork.admin', 'coolguy', '~ag', 'n\x02et\x0305w\x0fork.admin'],
];

/** Masks, what they match and what not. */
export const MASKS: readonly (readonly [
  mask: string,
  matches: readonly string[],
  fails: readonly string[],
])[] = [
  [
    '*@127.0.0.1',
    ['coolguy!ab@127.0.0.1', 'cooldud3!~bc@127.0.0.1'],
    ['coolguy!ab@127.0.0.5', 'cooldud3!~d@124.0.0.1'],
  ],
  [
    'cool*@*',
    ['coolguy!ab@127.0.0.1', 'cooldud3!~bc@127.0.0.1', 'cool132!ab@example.com'],
    ['koolguy!ab@127.0.0.5', 'cooodud3!~d@124.0.0.1'],
  ],
  [
    'cool!*@*',
    ['cool!guyab@127.0.0.1', 'cool!~dudebc@127.0.0.1', 'cool!312ab@example.com'],
    ['coolguy!ab@127.0.0.1', 'cooldud3!~bc@127.0.0.1', 'koolguy!ab@127.0.0.5', 'cooodud3!~d@124.0.0.1'],
  ],
  ['cool!?username@*', ['cool!ausername@127.0.0.1', 'cool!~username@127.0.0.1'], ['cool!username@127.0.0.1']],
  ['cool!a?*@*', ['cool!ab@127.0.0.1', 'cool!abc@127.0.0.1'], ['cool!a@127.0.0.1']],
  [
    'cool[guy]!*@*',
    ['cool[guy]!guy@127.0.0.1', 'cool[guy]!a@example.com'],
    ['coolg!ab@127.0.0.1', 'cool[!ac@127.0.1.1'],
  ],
];

/** Host names, and whether IRC takes them for one. */
export const HOSTNAMES: readonly (readonly [host: string, valid: boolean])[] = [
  ['irc.example.com', true],
  ['i.coolguy.net', true],
  ['irc-srv.net.uk', true],
  ['iRC.CooLguY.NeT', true],
  ['gsf.ds342.co.uk', true],
  ['324.net.uk', true],
  ['xn--bcher-kva.ch', true],
  ['Xn--bcher-kva.ch', true],
  ['irc.Bücher.ch', false],
  ['-lol-.net.uk', false],
  ['-lol.net.uk', false],
  ['_irc._sctp.lol.net.uk', false],
  ['irc.l%l.net.uk', false],
  ['irc..net.uk', false],
  ['irc', false],
  ['com', false],
  ['.', false],
  ['irc.example.com.', false],
  ['', false],
];
