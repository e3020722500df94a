"""Short templates that show one rule each. `oracle.py` renders them in Python."""

CONTEXT = {
    'messages': [
        {'role': 'system', 'content': 'Be "brief" & <kind>.'},
        {'role': 'user', 'content': 'Hi\nthere', 'items': 3, 'n': None},
        {'role': 'assistant', 'content': None, 'tool_calls': [{'name': 'f', 'arguments': {'x': 1, 'y': [1.5, True, None, 'é']}}]},
        {'role': 'tool', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'image'}]},
    ],
    'bos_token': '<s>',
    'eos_token': '</s>',
    'd': {'b': 1, 'a': 'x', 'C': None, 'nested': {'k': [1, {'z': "it's"}]}},
    'l': [3, 1, 2],
    'words': ['beta', 'Alpha', 'gamma', 'alpha'],
    's': 'Hello, Wörld! ',
    'html': '<a href="x">&\'</a>',
    'emoji': '👩‍👩‍👧 ok\u200b\u00a0\x07',
    'big': 123456789012345678901234567890,
    'f': 0.1,
    'rows': [
        {'n': 'x', 'g': 2, 'in': {'a': [5]}},
        {'n': 'Y', 'g': 1},
        {'n': 'z', 'g': 2, 'in': {'a': [4]}},
    ],
}

# Values printed, one expression each.
EXPRESSIONS = r"""
1
1.0
-0.0
1e16
1e15
123456.789
1e-5
0.0001
1e22
5e-324
1.7976931348623157e308
3.14159265358979
big
big * big
-big // 7
big % 97
2 ** 100
2 ** -1
2 ** 0.5
7 // 2
-7 // 2
7 // -2
7 % -3
-7 % 3
7.5 // 2
-7.5 % 2
1 / 3
10 / 5
1 / 0
1 // 0
1 % 0
1.0 / 0
big / 3
True + 1
True
False
None
none
[1, 2.0, 'a', None, True, [], {}, ()]
(1,)
()
{'a': 1, 2: 'b', None: [1], True: 0.5}
{'a': 1, 'a': 2}
{1: 'x', 1.0: 'y', True: 'z'}
d
l
s
messages
messages[2].tool_calls
messages[1].items
messages[1]['items']
messages[1].items()|list
messages[1].keys()
d.values()
d.items()
d.nested.k[1].z
d['nope']
d.nope
d.nope.deeper
nope
nope.deeper
nope[0]
nope()
nope + 1
'a' + nope
nope ~ 'x'
nope == nope
nope == None
nope in [1]
'x' in nope
nope in 'x'
nope < 1
not nope
nope or 'other'
nope|length
nope|list
nope|default('dflt')
''|default('dflt')
''|default('dflt', true)
none|default('dflt')
none|d('x', boolean=true)
'a' 'b'
'a' ~ 1 ~ 2.0 ~ None ~ True ~ [1, 'x']
'a' * 3
3 * 'ab'
'a' * -1
[1] * 2
(1, 2) + (3,)
[1] + [2]
[1] + (2,)
'a' + 1
1 + 'a'
'5' * '5'
1 < 2 < 3
1 < 2 > 3
3 > 2 == 2
'a' < 'b'
'a' < 1
[1, 2] < [1, 3]
(1, 'a') < (1, 2)
1 == 1.0
1 == True
'1' == 1
[1] == (1,)
{'a': [1]} == {'a': [1]}
1 in l
'ell' in s
4 not in l
'a' in d
None in [None]
1 in 'a1'
not 1 in l
not true and false
not (true and false)
1 if false
1 if false else 2
(1 if true else 2) + 3
'a' if 0 else 'b' if [] else 'c'
l[0]
l[-1]
l[5]
l['a']
l.0
l[1:]
l[:-1]
l[::-1]
l[::2]
l[-2:]
l[5:1]
s[0]
s[-2]
s[7:12]
s[::-1]
s[::-2]
s[1:100:3]
emoji
emoji[0:3]
[emoji]
emoji|length
range(5)
range(1, 10, 3)|list
range(10, 0, -4)|list
range(3)[1]
range(10)[2:8:2]
range(3)|length
(1, 2, 3)[1:]
-1|abs
-(1)|abs
+5
-'a'
- - 3
2 ** 3 ** 2
-2 ** 2
not none is none
none is none
1 is not none
x is defined
d is defined
d.a is defined
d.q is defined
d.q is undefined
1 is number
1.5 is number
true is number
true is integer
1 is integer
1.5 is float
'a' is string
d is mapping
l is sequence
d is sequence
s is sequence
l is iterable
1 is iterable
d.keys() is sequence
d.keys() is iterable
nope is sequence
nope is iterable
nope is callable
range is callable
d is callable
d.items is callable
none is none
true is true
1 is true
false is false
true is boolean
3 is odd
4 is even
4 is odd
9 is divisibleby 3
9 is divisibleby(3)
'abc' is lower
'ABC' is upper
'aB' is lower
1 is sameas 1
l is sameas l
none is sameas none
1 is in [1, 2]
1 is in(l)
1 is eq 1
1 is ==(1)
2 is gt 1
2 is ge 2
1 is lt 2
1 is le 0
2 is ne 2
'upper' is filter
'nofilter' is filter
'odd' is test
html|e is escaped
html is escaped
'a' is string and 1 is number
1 is string or 'b' is string
1 is foo
s|upper
s|lower
s|title
s|capitalize
'hello wORLD foo-bar (baz)'|title
'ǆ ß ﬁ'|upper
'ǆungla ßa ﬁn'|title
'ǆungla ßa'|capitalize
'ΑΣ ΣΑΣ'|lower
'İ'|lower
s|trim
'xxaxx'|trim('x')
'  a '|trim|length
s|length
l|length
d|length
1|length
l|count
l|first
l|last
[]|first
[]|last
''|first
s|first
s|last
d|first
d|last
l|sort
l|sort(reverse=true)
words|sort
words|sort(case_sensitive=true)
words|sort(reverse=true)
rows|sort(attribute='g')|map(attribute='n')|list
rows|sort(attribute='g,n')|map(attribute='n')|list
rows|sort(attribute='in.a.0')
[1, 'a']|sort
words|unique|list
words|unique(case_sensitive=true)|list
[1, 1.0, true, 2]|unique|list
[[1], [1]]|unique|list
d|dictsort
d|dictsort(case_sensitive=true)
d|dictsort(by='value')
{'b': 1, 'A': 2}|dictsort(reverse=true)
{'b': 1, 'A': 2}|dictsort(false, 'value')
{'b': 1, 'A': 2}|dictsort(by='x')
rows|groupby('g')
rows|groupby('g')|map(attribute='grouper')|list
(rows|groupby('g'))[0].list|length
rows|groupby('in', default='none')|length
l|join
l|join(', ')
[1, none, true, 'x', 1.5]|join('|')
rows|join(',', attribute='n')
1|join
'abc'|join('-')
d|join(',')
l|sum
[0.1, 0.2]|sum
rows|sum(attribute='g')
['a']|sum
[[1], [2]]|sum(start=[])
l|min
l|max
[]|max
words|min
words|max
rows|max(attribute='g')
l|list
'abc'|list
d|list
nope|list
1|list
l|reverse|list
'abc'|reverse
d|reverse|list
l|map('string')|list
l|map('float')|list
words|map('upper')|join(',')
rows|map(attribute='n')|join(',')
rows|map(attribute='in')|list
rows|map(attribute='in.a.0', default=9)|list
rows|map(attribute='q', default='none')|list
rows|map(attribute='q')|list
words|map('replace', 'a', 'A')|list
words|map('nofilter')|list
words|map|list
l|select('odd')|list
l|reject('odd')|list
l|select|list
[0, 1, '', none, 'a']|select|list
[0, 1, '', none, 'a']|reject|list
l|select('>', 1)|list
l|select('in', [1, 3])|list
rows|selectattr('in')|map(attribute='n')|list
rows|selectattr('g', 'equalto', 2)|list|length
rows|selectattr('g', '==', 2)|map(attribute='n')|list
rows|rejectattr('in', 'defined')|map(attribute='n')|list
rows|selectattr('in', 'undefined')|map(attribute='n')|list
rows|selectattr|list
messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|first
messages|map(attribute='role')|unique|join
l|batch(2)|list
l|batch(2, 'x')|list
range(7)|slice(3)|list
range(7)|slice(3, 'x')|list
l|map('string')
l|select('odd')|length
(l|select('odd'))[0]
3.7|int
'12'|int
'12.7'|int
' 12 '|int
'0x1f'|int(base=16)
'zz'|int(-1)
'zz'|int(base=36)
'1_000'|int
none|int
none|int(default=5)
[]|int
nope|int
true|int
1e300|int
'1e3'|int
'abc'|float
'1.5'|float
'nan'|float
'inf'|float
'1e400'|int
3|float
none|float(2)
'1_0.5'|float
42.55|round
42.55|round(1)
42.45|round(1)
0.5|round
1.5|round
2.5|round
2.675|round(2)
42.1|round(0, 'ceil')
42.9|round(1, 'floor')
1234.5|round(-2)
1250|round(-2)
1350|round(-2)
42|round
42|round(2)
'a'|round
1|round(method='x')
-5|abs
-5.5|abs
'a'|abs
s|replace('l', 'L')
s|replace('l', 'L', 1)
'abc'|replace('', '-')
'aaa'|replace('aa', 'b')
1|replace(1, 2)
none|replace('N', 'n')
'a\nb\n\nc'|indent
'a\nb\n\nc'|indent(2, true)
'a\nb\n\nc'|indent(2, false, true)
'a\nb'|indent('> ')
'a\nb'|indent(width='>>', first=true)
'a\n'|indent
''|indent
'a\r\nb\rc'|indent(1)
1|indent
nope|indent
'abc'|center(9)
'abcd'|center(9)
'foo bar baz qux'|truncate(9)
'foo bar baz qux'|truncate(9, true)
'foo bar baz qux'|truncate(11)
'foo bar baz qux'|truncate(9, false, '…', 0)
'a b  c-d é'|wordcount
'%s and %s'|format('a', 1)
'%(a)s'|format(a=1)
'%d%%'|format(5)
'%s'|format
html|e
html|escape
html|e|e
html|forceescape
html|e|forceescape
html|safe
html|safe ~ '<'
(html|safe) + '<'
'<' + (html|safe)
html|e ~ html
(html|e)|upper
(html|e)|replace('&', 'x')
[html|e]
(html|e)[1:4]
(html|e).split(';')
'<%s>'|safe|format('<')
('<%s>'|safe) % '<'
('{}'|safe).format('<')
('<'|safe).join(['<', '>'])
(html|safe)|tojson
html|tojson
s|string
1|string
d|tojson
messages|tojson
messages[2]|tojson(indent=2)
messages|tojson(indent=4)
d|tojson(indent=0)
d|tojson(indent='--')
d|tojson(sort_keys=true)
d|tojson(separators=(',', ':'))
d|tojson(indent=1, separators=(',', ':'))
s|tojson(ensure_ascii=true)
emoji|tojson
emoji|tojson(ensure_ascii=true)
[1.0, 1e22, 0.1, -0.0]|tojson
['nan'|float, 'inf'|float]|tojson
{1: 2, none: 3, true: 4, 1.5: 6}|tojson
{(1, 2): 3}|tojson
(1, 2)|tojson
[]|tojson(indent=2)
{}|tojson(indent=2)
[[], {}]|tojson(indent=2)
nope|tojson
{'a': nope}|tojson
range(3)|tojson
d.items()|tojson
l|map('string')|tojson
'\x00\x1f\x7f\u2028'|tojson
big|tojson
d|items|list
d|items
nope|items|list
1|items|list
{'a': 'b c', 'd': '/é'}|urlencode
'a b/é?&'|urlencode
[('a', 1)]|urlencode
{'a': '<', 'b': none, 'c': 1}|xmlattr
1000|filesizeformat
1|filesizeformat
1234567|filesizeformat
1234567|filesizeformat(true)
d|attr('a')
d|attr('items')
'x'|attr('upper')()
s.upper()
s.strip()
s.strip().split(', ')
s.split()
'a b  c'.split(' ')
'a b  c'.split(' ', 1)
'a b  c d'.rsplit(None, 1)
'a b  c d'.split(maxsplit=1)
'a,b,c'.rsplit(',', 1)
'a'.split('')
''.split()
''.split(',')
'a\nb\r\nc\x0bd\u2028e'.splitlines()
'a\nb\r\n'.splitlines(true)
s.startswith('Hell')
s.startswith(('x', 'He'))
s.startswith('ell', 1)
s.endswith('! ')
s.endswith(['! '])
s.find('l')
s.rfind('l')
s.find('zz')
s.index('W')
s.index('zz')
s.count('l')
'aaa'.count('aa')
'abc'.count('')
'wörld'.find('l')
s.replace('l', 'L', 2)
s.replace('l')
s.lower().title()
"they're bill's friends".title()
'hello world'.capitalize()
'Hello'.swapcase()
'Straße'.casefold()
'abc'.center(8, '*')
'abc'.ljust(5, '.') ~ '|'
'abc'.rjust(5)
'-42'.zfill(6)
'a\tb'.expandtabs(4)
'a-b-c'.partition('-')
'a-b-c'.rpartition('-')
'abc'.partition('-')
'abc'.rpartition('-')
'prefix-x'.removeprefix('prefix-')
'x.txt'.removesuffix('.txt')
', '.join(words)
', '.join([1])
','.join('abc')
'abc'.isalpha()
'ab1'.isalnum()
'12'.isdigit()
'²'.isdigit()
'½'.isnumeric()
'٣'.isdecimal()
' '.isspace()
'Ab Cd'.istitle()
'abc'.islower()
'ABC'.isupper()
''.isalpha()
'a\x00'.isprintable()
'xxaxx'.strip('x')
'xyaxy'.lstrip('xy')
'xyaxy'.rstrip('yx')
'{} {}'.format(1, 'a')
'{1} {0}'.format(1, 'a')
'{a} {b[0]} {c.k}'.format(a=1, b=[2], c={'k': 3})
'{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd')
'{:05d} {:+d} {:x} {:#x} {:b} {:o} {:,} {:_}'.format(42, 42, 255, 255, 5, 8, 1234567, 1234567)
'{:.2f} {:8.3f} {:e} {:g} {:%} {:.1%}'.format(3.14159, 2.5, 12345.678, 0.0001, 0.25, 0.5)
'{:10} {:<10}|'.format(1, 1)
'{!r} {!s} {!a}'.format('é', 'é', 'é')
'{{}} {}'.format(1)
'{'.format(1)
'{} {0}'.format(1)
'{x}'.format(1)
'{0.__class__}'.format(1)
'{:.3}'.format('abcdef')
'{:.3} {:.10} {}'.format(1234.5, 0.1, 1e16)
'{:{w}}|'.format('a', w=5)
'{a}'.format_map({'a': 1})
'%s %r %d %5d|%-5d|%05d|%+d' % ('a', 'b', 1, 2, 3, 4, 5)
'%x %X %o %#x %c %c' % (255, 255, 8, 255, 'a', 98)
'%.2f %8.3f %e %g %G %.0f' % (3.14159, 2.5, 12345.678, 1e-7, 1e20, 2.5)
'%(a)s-%(b)d' % {'a': 1, 'b': 2}
'%s' % [1, 2]
'%s' % (1, 2)
'%s %s' % 'a'
'%s' % none
'%d' % 'a'
'%d' % 3.9
'%5.1s|' % 'abc'
'%*d' % (5, 3)
'%%' % ()
'abc' % ()
'abc' % 1
'%q' % 1
'%s' % nope
l.index(1)
l.index(9)
l.count(1)
l.copy()
l.append(4)
l.pop()
d.pop('a')
d.update({})
d.get('a')
d.get('q')
d.get('q', 'z')
d.get([])
d.copy()
d.keys()|list
d.__class__
d.__class__.__mro__
l.__len__()
''.__class__
''|attr('__class__')
d._x
(1).bit_length()
1.5.is_integer()
dict(a=1, b=2)
dict({'a': 1}, b=2)
dict([('a', 1)])
dict.fromkeys('ab', 1)
namespace(a=1, b='x')
namespace({'a': 1}).a
namespace(a=1).b
namespace(_a=1)
cycler('a', 'b').next()
joiner(', ')()
range(100001)|length
range(100000)|length
range(0)|list
range(1, 2, 0)
range('a')
raise_exception('no & <way>')
raise_exception()
strftime_now('%d %B %Y')
strftime_now('%Y-%m-%d %H:%M:%S.%f %A %a %b %j %U %W %V %G %u %w %p %I %y %e %-d %-m %% %c %x %X %D %F %T %R %C %Z%z|')
strftime_now('%Q %')
{'a': 1}.a
{'items': 5}.items
{'items': 5}['items']
{[]: 1}
{}['a']['b']
[[1, 2], [3]][0][1]
[1, 2][nope]
[1, 2]['0']
'abc'[1.5]
'abc'['x']
'abc'[nope]
'\x41\u00e9\U0001F600\101\n\t\\\'\"\a|'
'\d\é'
"it's"
["it's", 'say "hi"', 'both \' and "']
1_000_000
0x1F + 0o17 + 0b11
1_0.5e1_0
.5
1.
'abc
"abc\"def"
(1, 2
[1, 2,]
{'a': 1,}
(1, 2,)
l|sort|first|string + 'x'
lipsum
self
loop
caller
true is defined
messages[0] | tojson | length
messages | length - 1
-messages | length
messages[messages|length - 1].role
messages[-1]['content'][0].text
messages[-1].content | selectattr('type', 'equalto', 'text') | map(attribute='text') | join
'a' is string is true
1 is number | string
x.y.z is defined
(x.y if x is defined else 'no')
[x for x in l]
l | map(lambda x: x)
l[1,2]
l[1:2, 3]
d['a' 'b']
{'a' 'b': 1}
not
and
a b
a.
a.b.
a|
a|upper|
()()
'x'()
1()
*a
range(*[1, 4])|list
dict(**{'a': 1})
dict(**1)
range(**{'x': 1})
dict(a=1, a=2)
dict(a=1, **{'a': 2})
'1,2'.split(',')|map('int')|sum
'a' ~ ('b' if true)
'a' ~ ('b' if false)
d == d and l == l
[1, 2, 3] | tojson | safe
undefined_thing is not defined and true
messages is string
messages is iterable and messages is not string and messages is not mapping
messages[0].content is string
'<think>' in s or '</think>' not in s
'a</think>b'.split('</think>')[-1].lstrip('\n')
'a</think>b'.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n')
(messages|last).role != 'user'
messages | selectattr('tool_calls', 'defined') | list | length > 0
1 ~ 2 + 3
1 + 2 ~ 3
2 * 3 ~ 4
1 - 1 ~ 1
10 - 2 - 3
2 ** 2 * 3
1 < 2 and 2 < 3 or false
true and 'x' or 'y'
[] or {} or 0 or ''
1 and [] and 2
none ~ none
'%s' % true
[true, false, none]
[nope]
{'a': nope}
(nope,)
[range(3), d.keys()]
[1.0, 1e100, -1.5e-10]
{'a': {'b': {'c': [1, [2, [3]]]}}}
'\\n'
'a\
b'
'\xe'
0777
00
1__0
1e5
1E5
1e+5
12.e1
1..2
l.1.5
"""

# Whole templates.
TEMPLATES = [
    '',
    'plain',
    'a\n',
    'a\n\n',
    '\n',
    'a\r\nb\rc\n',
    '{{ s }}\n',
    '{% if true %}\nx\n{% endif %}\ny',
    '  {% if true %}  \n  x\n  {% endif %}  \ny',
    'a {%- if true -%} b {%- endif -%} c',
    'a {%+ if true +%} b {%+ endif +%} c',
    '  {%+ if true %}\nx{% endif %}\n',
    '  {%- if true +%}\nx{% endif %}\n',
    '\t {# c #} \nx',
    '  {#- c -#}  x',
    'x {#+ c +#}\n y',
    '{# a #}\n{# b #}\nx',
    '{# unclosed',
    '{# a #} #}',
    '{{ 1 }}\n{{ 2 }}\n\n{{ 3 }}',
    '  {{ 1 }}  ',
    '  {{- 1 -}}  x',
    '{{-1}}',
    '{{+1}}',
    '{{ "}}" }}{{ "%}" }}{{ \'{{\' }}',
    "{{ {'a': {'b': 1}} }}",
    "{{ {'a': {'b': 1}}}}",
    '{% raw %}{{ x }}{% y %}{# z #}{% endraw %}',
    'a\n  {% raw %}\n b\n  {% endraw %}\nc',
    'a {%- raw -%} b {%- endraw -%} c',
    '{% raw %}x',
    '{%raw%}{%endraw%}x',
    '{% raw %}a{% raw %}b{% endraw %}c',
    '{% set x = 1 %}{{ x }}',
    '{% set x, y = 1, 2 %}{{ x + y }}',
    '{% set x, y = [1] %}',
    '{% set x, y = [1, 2, 3] %}',
    '{% set (a, b), c = [[1, 2], 3] %}{{ a }}{{ b }}{{ c }}',
    '{% set x = 1, 2 %}{{ x }}',
    '{% set x %}a{{ 1 }}{% endset %}{{ x }}|{{ x|length }}',
    '{% set x | upper | trim %} a{{ 1 }} {% endset %}[{{ x }}]',
    '{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{% set ns.b = [ns.a] %}{{ ns.a }}{{ ns.b }}{{ ns.c }}|{{ ns }}',
    '{% set ns = namespace() %}{% set ns.x %}t{% endset %}{{ ns.x }}',
    '{% set ns = namespace() %}{% set ns._x = 1 %}',
    '{% set x = 1 %}{% set x.a = 2 %}',
    '{% set y.a = 2 %}',
    '{% set ns = namespace(n=0) %}{% for i in l %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}',
    '{% set ns = namespace(a=1) %}{% set ns.self = ns %}{{ ns.self.self.a }}',
    '{% set n = 0 %}{% for i in l %}{% set n = n + i %}{{ n }},{% endfor %}{{ n }}',
    '{% if x %}{% set x = 1 %}{% endif %}{% if true %}{% set y = 2 %}{% endif %}{{ x }}{{ y }}',
    '{% for i in l %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}',
    '{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}'
    '{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {{ loop.previtem }}<{{ loop.nextitem }};{% endfor %}',
    '{% for i in l %}{{ loop.cycle("a", "b") }}{{ loop.changed(i % 2) }}{% endfor %}',
    '{% for i in l %}{{ loop }}{% endfor %}',
    '{% for i in [1, 1, 2] %}{% if loop.changed(i) %}{{ i }}{% endif %}{% endfor %}',
    '{% for i in l if i > 1 %}{{ i }}/{{ loop.length }}/{{ loop.index }}/{{ loop.last }} {% else %}none{% endfor %}',
    '{% for i in l if i > 5 %}{{ i }}{% else %}none{% endfor %}',
    '{% for i in [] %}{{ i }}{% else %}empty{% endfor %}',
    '{% for i in nope %}{{ i }}{% else %}empty{% endfor %}',
    '{% for i in 5 %}{{ i }}{% endfor %}',
    '{% for i in none %}{{ i }}{% endfor %}',
    '{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}',
    '{% for k, v in d|items %}{{ k }}={{ v }};{% endfor %}',
    '{% for k, v in d|dictsort %}{{ k }}={{ v }};{% endfor %}',
    '{% for k in d %}{{ k }};{% endfor %}',
    '{% for c in "aé😀" %}[{{ c }}]{% endfor %}',
    '{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }} {% endfor %}',
    '{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}',
    '{% for a, b in [1] %}{% endfor %}',
    '{% for i in 1, 2, 3 %}{{ i }}{% endfor %}',
    '{% for i in l %}{% for j in l %}{{ loop.index }}{% if loop.index > 1 %}{% break %}{% endif %}{% endfor %}|{{ loop.index }} {% endfor %}',
    '{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}',
    '{% for i in l %}{% continue %}{% else %}else{% endfor %}',
    '{% for i in l %}{% break %}{% else %}else{% endfor %}',
    '{% for i in l %}{% if loop.index == 2 %}{% break %}{% endif %}{% else %}else{% endfor %}',
    '{% break %}',
    '{% if true %}{% continue %}{% endif %}',
    '{% for i in l %}{% set x %}{% break %}{% endset %}{% endfor %}done',
    '{% for i in l %}{% filter upper %}a{% continue %}{% endfilter %}{% endfor %}done',
    '{% for i in l %}{% with a=1 %}{{ i }}{% continue %}{% endwith %}x{% endfor %}',
    '{% for i in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}',
    '{% for i in l %}{% set loop = 1 %}{% endfor %}',
    '{% for loop in l %}{{ loop }}{% endfor %}',
    '{% for i in l recursive %}{{ i }}{% endfor %}',
    '{% for i in [{"n": 1, "c": [{"n": 2, "c": [{"n": 3}]}]}, {"n": 4}] recursive %}{{ i.n }}({{ loop.depth }}{{ loop(i.c) if i.c }}){% endfor %}',
    '{% for i in l %}{{ loop(l) }}{% endfor %}',
    '{% for i in l if loop.index > 1 %}{{ i }}{% endfor %}',
    '{% for m in messages if m.role == "user" %}{{ m.content }}{% endfor %}',
    '{% set ns = namespace(go=true) %}{% for i in l if ns.go %}{{ i }}{% set ns.go = false %}{% endfor %}',
    '{% set g = l|map("string") %}{{ g|join }}|{{ g|join }}|{{ g|list }}',
    '{% set g = l|select("odd") %}{% for x in g %}{{ x }}{% break %}{% endfor %}{{ g|list }}',
    '{% set g = [1, "a", 2]|map("abs") %}{% for x in g %}{{ x }}{% endfor %}',
    '{% set g = [1, "a", 2]|map("abs") %}{{ g|first }}',
    '{% for x in [1, 2, 3]|map("string") %}{{ loop.length }}{{ loop.last }}{{ x }} {% endfor %}',
    '{% for x in l|reverse %}{{ x }}{{ loop.revindex }}{% endfor %}',
    '{% if l and not nope %}a{% elif d %}b{% else %}c{% endif %}',
    '{% if nope %}a{% elif d %}b{% else %}c{% endif %}',
    '{% if nope %}a{% elif none %}b{% else %}c{% endif %}',
    '{% if 1, %}tuple{% endif %}',
    '{% if 1: %}colon{% endif %}',
    '{% if %}x{% endif %}',
    '{% if true %}x',
    '{% if true %}x{% endfor %}',
    '{% endif %}',
    '{% foo %}',
    '{% else %}',
    '{{ }}',
    '{{ 1',
    '{% if true',
    '{{ 1 }',
    '{{ (1 }}',
    '{{ 1) }}',
    '{{ [1) }}',
    '{{ a ! b }}',
    '{{ a ? b }}',
    '{{ a @ b }}',
    '{%',
    '{{',
    '{% 1 %}',
    '{%%}',
    '{ { } } {x} #}',
    '%}',
    '}}',
    '{% macro m(a, b=2, c="x" ~ b) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=5, a=0) }}{{ m() }}',
    '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}',
    '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}',
    '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}',
    '{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}',
    '{% macro m(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ m() }}{{ m(nope) }}',
    '{% macro m(a=1) %}{{ a }}{% endmacro %}{{ m(nope) }}|{{ m(none) }}',
    '{% macro m(a, b) %}{{ a.x }}{% endmacro %}{{ m() }}',
    '{% macro m() %}a{% endmacro %}{{ m() + "b" }}{{ m()|upper }}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}',
    '{% macro m(x) %}{{ x }}{% if x > 0 %}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(3) }}',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}{{ a() }}',
    '{{ m() }}{% macro m() %}x{% endmacro %}',
    '{% set v = 1 %}{% macro m() %}{{ v }}{% endmacro %}{% set v = 2 %}{{ m() }}',
    '{% macro m() %}{% set v = 5 %}{{ v }}{% endmacro %}{{ m() }}{{ v }}',
    '{% for i in l %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}',
    '{% macro m(a, a) %}{% endmacro %}',
    '{% macro m(a=1, b) %}{% endmacro %}',
    '{% macro m(caller) %}{{ caller }}{% endmacro %}',
    '{% macro m(caller=3) %}{{ caller }}{% endmacro %}{{ m() }}',
    '{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}',
    '{% macro m() %}[{{ caller("q") }}]{% endmacro %}{% call(a) m() %}{{ a }}{{ s }}{% endcall %}',
    '{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}',
    '{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}',
    '{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}',
    '{% call 1 %}{% endcall %}',
    '{% macro m(x) -%}\n  {{ x }}\n{%- endmacro %}\n{{ m(1) }}',
    '{% filter upper %}a{{ 1 }}b{% endfilter %}',
    '{% filter replace("a", "b")|upper %}abc{% endfilter %}',
    '{% with a=1, b=2 %}{{ a + b }}{% endwith %}{{ a }}',
    '{% set a = 9 %}{% with a=1, b=a %}{{ b }}{% endwith %}',
    '{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}',
    '{% block x %}b{{ s }}{% endblock %}',
    '{% block x %}b{% endblock x %}{{ self.x() }}',
    '{% block x %}{% endblock %}{% block x %}{% endblock %}',
    '{% set z = 1 %}{% block x %}{{ z }}{% endblock %}',
    '{% for i in l %}{% block x %}{{ i }}{% endblock %}{% endfor %}',
    '{% include "x" %}',
    '{% include "x" ignore missing %}',
    '{% import "x" as y %}',
    '{% from "x" import y, z as q with context %}',
    '{% extends "x" %}',
    '{% if false %}{% include "x" %}{% endif %}ok',
    '{% do l.append(1) %}',
    '{% print 1, 2 %}',
    '{% autoescape true %}{{ html }}{{ html|safe }}{{ "<" ~ html }}{% endautoescape %}{{ html }}',
    '{% autoescape false %}{{ html }}{% endautoescape %}',
    '{% trans %}x{% endtrans %}',
    '{{ x|nofilter }}',
    '{% if false %}{{ x|nofilter }}{% endif %}ok',
    '{% if false %}{% for i in l %}{{ x|nofilter }}{% endfor %}{% endif %}ok',
    '{{ (x|nofilter) if false else "ok" }}',
    '{{ x is notest }}',
    '{% if false and x is notest %}{% endif %}ok',
    '{% generation %}a{{ s }}{% endgeneration %}b',
    '{% for i in l %}{% generation %}{{ i }}{% break %}{% endgeneration %}{% endfor %}',
    '{% generation %}{% set v = 1 %}{{ v }}{% endgeneration %}{{ v }}',
    '{% endgeneration %}',
    '{{ messages|map(attribute="role")|join(",") }}',
    '{%- for m in messages -%}\n  {{- m.role -}} :\n{% endfor -%}\n  end',
    "{% for message in messages %}{{'<|' + message['role'] + '|>\n' + (message['content'] or '')|string + eos_token }}\n{% endfor %}",
    "{% if messages[0]['role'] == 'system' %}{% set system = messages[0].content %}{% set rest = messages[1:] %}{% else %}{% set rest = messages %}{% endif %}{{ system|tojson }}{{ rest|length }}",
    "{{ raise_exception('Roles must alternate: ' ~ messages[0].role) }}",
    '{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{% set _ = c.reset() %}{{ c.current }}',
    '{% set j = joiner("|") %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}',
    '{% set x = {"a": [1]} %}{% set y = x %}{{ y.a is sameas x.a }}',
    '{% set x = [] %}{% set _ = x.append(1) %}',
    '{% set messages = messages[1:] %}{{ messages|length }}',
    '{% set tools = none %}{{ tools is none }}{{ documents is defined }}{{ documents is none }}{{ add_generation_prompt }}',
    '{% set range = 5 %}{{ range }}',
    '{% set _ = 1 %}{{ _ }}',
    '{%set x=1%}{{x}}{%if x==1%}y{%endif%}',
    '{% set ключ = 1 %}{{ ключ }}',
    '{% set true = 1 %}',
    '{% set 1 = 1 %}',
    '{% set a.b.c = 1 %}',
    '{% set "x" = 1 %}',
    '{% for 1 in l %}{% endfor %}',
    '{% for i l %}{% endfor %}',
    '{% for i in l if i > 1 recursive %}{{ i }}{{ loop.length }}{% endfor %}',
    '{% for i in l recursive if i %}{% endfor %}',
    '{{ "a\nb" }}',
    '{{ "a\r\nb"|length }}',
    'x{% if true %}\n\ny{% endif %}\n\n\nz\n\n',
    '{{ 1 }}{% if true %}{{ 2 }}{% endif -%}   \n  {{- 3 }}',
    '\n\n  {% if true %}a{% endif %}\n\n  {% if true %}b{% endif %}\n',
    'a  {% if true %}b{% endif %}',
    'a\n \t{% if true %}b{% endif %}',
    'a\n \tx{% if true %}b{% endif %}',
    'a\n\u00a0{% if true %}b{% endif %}',
    'a\n \x0b\x1c{%- if true -%}\x1c\u2003b{% endif %}',
    '{% macro t(x) %}{% if x is mapping %}{ {%- for k, v in x.items() %}{{ k }}:{{ t(v) }}{{ "," if not loop.last }}{% endfor -%} }'
    '{% elif x is string %}"{{ x }}"{% elif x is iterable %}[{% for v in x %}{{ t(v) }};{% endfor %}]{% else %}{{ x }}{% endif %}{% endmacro %}{{ t(d) }}{{ t(messages) }}',
]

# Templates with the generation tag, whose spans are compared as well.
GENERATION = [
    '{% for m in messages %}<{{ m.role }}>{% if m.role != "user" %}{% generation %}{{ m.content }}é😀{% endgeneration %}{% else %}{{ m.content }}{% endif %}\n{% endfor %}',
    '{%- for m in messages -%}  {%- generation -%}  {{ m.role }}  {%- endgeneration -%}  .  {%- endfor -%}',
    '{% generation %}{% generation %}a{% endgeneration %}b{% endgeneration %}c',
    'x{% set q %}{% generation %}abc{% endgeneration %}{% endset %}y{{ q }}z',
    '{% macro m() %}12{% generation %}abc{% endgeneration %}{% endmacro %}x{{ m() }}y',
    '{# {% generation %} #}{% raw %}{% generation %}{% endraw %}{{ "{% generation %}" }}{% generation %}t{% endgeneration %}',
    '{% filter upper %}{% generation %}abcdef{% endgeneration %}{% endfilter %}',
    '{% set q %}{% generation %}abcdef{% endgeneration %}{% endset %}',
    '{% generation %}{% endgeneration %}',
    'é{% generation %}é{% endgeneration %}é',
    '  {% generation %}\n  x\n  {% endgeneration %}\ny',
    '  {%+ generation +%}\n  x\n  {%+ endgeneration +%}\ny',
    '{% for i in l recursive %}{{ i }}{% generation %}g{% endgeneration %}{% endfor %}',
    '{% block b %}p{% generation %}g{% endgeneration %}{% endblock %}',
]

# Conversations that are to be continued: template, messages, field.
CHATML = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>\n{% endfor %}"
TRIMMED = "{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}<|end|>\n{% endfor %}"
PARTS = "{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}<|end|>{% endfor %}"
REASONING = "{% for m in messages %}<think>{{ m.reasoning_content }}</think>{{ m.content }}{% endfor %}"
THINKING = "{% for m in messages %}{{ m.thinking }}{{ m.content }}{% endfor %}"


def turn(content, **more):
    return [{'role': 'user', 'content': 'q'}, {'role': 'assistant', 'content': content, **more}]


CONTINUED = [
    (CHATML, turn('ab'), 'content'),
    (CHATML, turn('ab '), 'content'),
    (CHATML, turn(''), 'content'),
    (TRIMMED, turn('ab'), 'content'),
    (TRIMMED, turn('ab \n'), 'content'),
    (TRIMMED, turn(' ab'), 'content'),
    (PARTS, [{'role': 'user', 'content': [{'type': 'text', 'text': 'x'}, {'type': 'image'}]}], 'content'),
    (PARTS, [{'role': 'user', 'content': [{'type': 'image'}]}], 'content'),
    (CHATML, [], 'content'),
    (CHATML, turn(None), 'content'),
    (CHATML, turn('ab', thinking='hm'), 'thinking'),
    (REASONING, turn('ab', thinking='hm'), 'thinking'),
    (REASONING, turn('ab', reasoning='hm'), 'reasoning'),
    (REASONING, turn('ab', reasoning_content='hm '), 'reasoning_content'),
    (THINKING, turn('ab', reasoning_content='hm'), 'reasoning_content'),
    (THINKING, turn('ab', reasoning_content='hm', thinking='other'), 'reasoning_content'),
    ('{{ messages[0].content }}', turn('zzz'), 'content'),
    ('{{ messages[1].content | upper }}', turn('zzz'), 'content'),
    (REASONING, turn('ab'), 'reasoning_content'),
]
