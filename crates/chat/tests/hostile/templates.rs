//! The templates that do not need to be put together.

pub(crate) const LOOPS: &[(&str, &str)] = &[
    (
        "nested loops",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    ),
    (
        "loops that write",
        "{% for i in range(100000) %}{% for j in range(100000) %}abcdefgh{% endfor %}{% endfor %}",
    ),
    (
        "a range without end",
        "{% for i in range(1000000000) %}x{% endfor %}",
    ),
    ("a range beyond numbers", "{{ range(10 ** 30) | list }}"),
    (
        "a range by a negative step",
        "{{ range(0, -1000000000, -1) | length }}",
    ),
    (
        "select in loops",
        "{% for i in range(100000) %}{{ range(100000)|select('odd')|list|length }}{% endfor %}",
    ),
    (
        "in, in loops",
        "{% set l = range(100000)|list %}{% for i in l %}{{ -1 in l }}{% endfor %}",
    ),
    (
        "index, in loops",
        "{% set l = range(100000)|list %}{% for i in l %}{{ l.count(i) }}{% endfor %}",
    ),
    (
        "sort in loops",
        "{% set l = range(100000)|list %}{% for i in l %}{{ l|sort|first }}{% endfor %}",
    ),
    (
        "many namespaces",
        "{% for i in range(100000) %}{% for j in range(100) %}{% set n = namespace(a=1) %}{% endfor %}{% endfor %}",
    ),
    (
        "many macros",
        "{% for i in range(100000) %}{% for j in range(100) %}{% macro m() %}{% endmacro %}{% endfor %}{% endfor %}",
    ),
    (
        "many generations",
        "{% for i in range(100000) %}{% for j in range(1000) %}{% generation %}{% endgeneration %}{% endfor %}{% endfor %}",
    ),
    (
        "many arguments",
        "{% macro m() %}{{ varargs|length }}{% endmacro %}{% for i in range(100000) %}{{ m(*range(100000)) }}{% endfor %}",
    ),
    (
        "slices in loops",
        "{% set l = range(100000)|list %}{% for i in l %}{% set x = l[::-1] %}{% endfor %}",
    ),
    (
        "case in loops",
        "{% set s = 'é' * 10000000 %}{% for i in range(100000) %}{% set x = s.upper() %}{% endfor %}",
    ),
    (
        "title in loops",
        "{% set s = 'ßa ' * 5000000 %}{% for i in range(100000) %}{% set x = s.title() %}{% endfor %}",
    ),
    (
        "split in loops",
        "{% set s = 'a ' * 1000000 %}{% for i in range(100000) %}{% set x = s.split() %}{% endfor %}",
    ),
    (
        "strip in loops",
        "{% set s = 'ab' * 10000000 %}{% for i in range(100000) %}{% set x = s.strip('abcdefghijklmnopqrstuvwxyz') %}{% endfor %}",
    ),
    (
        "find in loops",
        "{% set s = 'a' * 10000000 %}{% set t = 'a' * 5000000 ~ 'b' %}{% for i in range(100000) %}{{ t in s }}{{ s.find(t) }}{{ s.count('aab') }}{% endfor %}",
    ),
    (
        "characters in loops",
        "{% set s = 'é' * 10000000 %}{% for i in range(100000) %}{{ s[-1] }}{{ s|length }}{% endfor %}",
    ),
    (
        "comparisons in loops",
        "{% set s = 'a' * 10000000 ~ 'b' %}{% set t = 'a' * 10000000 ~ 'c' %}{% for i in range(100000) %}{{ s < t }}{{ s == t }}{% endfor %}",
    ),
    (
        "keys in loops",
        "{% set s = 'a' * 10000000 %}{% set d = {s: 1} %}{% for i in range(100000) %}{{ d[s] }}{{ s in d }}{{ d.get(s) }}{% endfor %}",
    ),
    (
        "printing in loops",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{% set x %}{{ s }}{% endset %}{% endfor %}",
    ),
    (
        "json in loops",
        "{% set l = range(10000)|list %}{% for i in range(100000) %}{% set x = l|tojson %}{% endfor %}",
    ),
    (
        "repr in loops",
        "{% set l = range(10000)|list %}{% for i in range(100000) %}{% set x = l|string %}{% endfor %}",
    ),
    (
        "loop conditions",
        "{% for i in range(100000) if i < 0 %}{% endfor %}{% for i in range(100000) %}{% for j in range(100000) if false %}{% endfor %}{% endfor %}",
    ),
    (
        "numbers in loops",
        "{% set n = 3 ** 20000 %}{% for i in range(100000) %}{% set x = n * n // n %}{% endfor %}",
    ),
    (
        "number texts in loops",
        "{% set n = 10 ** 4000 %}{% for i in range(100000) %}{% set x = n ~ '' %}{% endfor %}",
    ),
    (
        "reading numbers in loops",
        "{% set n = '9' * 4000 %}{% for i in range(100000) %}{% set x = n|int %}{% endfor %}",
    ),
];

pub(crate) const SIZES: &[(&str, &str)] = &[
    ("a string times a billion", "{{ 'a' * 1000000000 }}"),
    ("a string times too much", "{{ 'abc' * 10 ** 18 }}"),
    ("a list times a billion", "{{ [1] * 1000000000 }}"),
    ("a tuple times a billion", "{{ (1, 2) * 1000000000 }}"),
    ("center", "{{ 'a'|center(1000000000) }}"),
    ("ljust", "{{ 'a'.ljust(1000000000) }}"),
    ("zfill", "{{ '1'.zfill(1000000000) }}"),
    ("expandtabs", "{{ '\\t'.expandtabs(1000000000) }}"),
    ("format by width", "{{ '{:>1000000000}'.format(1) }}"),
    ("format by inner width", "{{ '{:>{}}'.format(1, 1000000000) }}"),
    ("format by precision", "{{ '{:.1000000000f}'.format(1.5) }}"),
    ("percent by width", "{{ '%1000000000d' % 1 }}"),
    ("percent by given width", "{{ '%*d' % (1000000000, 1) }}"),
    ("percent by precision", "{{ '%.1000000000f' % 1.5 }}"),
    ("percent by digits", "{{ '%.1000000000d' % 1 }}"),
    ("indent", "{{ 'a\nb'|indent(1000000000) }}"),
    ("indent of many lines", "{{ ('a\n' * 1000000)|indent(1000) }}"),
    ("json indent", "{{ [1]|tojson(indent=1000000000) }}"),
    (
        "json indent of many",
        "{{ (range(100000)|list)|tojson(indent=10000) }}",
    ),
    (
        "json separators",
        "{{ (range(100000)|list)|tojson(separators=('a' * 10000, '')) }}",
    ),
    ("join", "{{ range(100000)|join('a' * 1000000) }}"),
    ("join method", "{{ ('a' * 1000000).join('b' * 1000000) }}"),
    ("replace", "{{ ('a' * 1000000)|replace('a', 'b' * 1000000) }}"),
    (
        "replace nothing",
        "{{ ('a' * 1000000).replace('', 'b' * 1000000) }}",
    ),
    ("escape", "{{ ('&' * 20000000)|e }}"),
    ("urlencode", "{{ ('é' * 15000000)|urlencode }}"),
    ("characters", "{{ ('a' * 30000000)|list|length }}"),
    ("split", "{{ ('a,' * 15000000).split(',')|length }}"),
    ("lines", "{{ ('\n' * 30000000).splitlines()|length }}"),
    ("words", "{{ ('a ' * 15000000).split()|length }}"),
    ("batch with filling", "{{ [1]|batch(1000000000, 'x')|list }}"),
    ("slices", "{{ [1]|slice(1000000000)|list }}"),
    ("power", "{{ 2 ** 1000000000 }}"),
    ("towers of power", "{{ 9 ** (9 ** 9) }}"),
    ("power of power", "{{ (10 ** 4000) ** 4000 }}"),
    (
        "output",
        "{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{{ s }}{% endfor %}",
    ),
    (
        "caught output",
        "{% set x %}{% for i in range(100000) %}{{ 'a' * 1000000 }}{% endfor %}{% endset %}",
    ),
    (
        "kept strings",
        "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = ns.l + ['a' * 1000000] %}{% endfor %}",
    ),
    (
        "kept numbers",
        "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = ns.l + [3 ** 60000 + i] %}{% endfor %}",
    ),
    ("many clocks", "{{ strftime_now('%c' * 10000000) }}"),
    ("repr of controls", "{{ ['\\x00' * 30000000] }}"),
    ("json of controls", "{{ ('\\x00' * 30000000)|tojson }}"),
    (
        "kept dicts",
        "{% set ns = namespace(d={}) %}{% for i in range(100000) %}{% set ns.d = dict(ns.d, **{'k' ~ i: i}) %}{% endfor %}",
    ),
];

pub(crate) const DEPTHS: &[(&str, &str)] = &[
    ("recursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    (
        "recursion in turns",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    ),
    (
        "recursion by defaults",
        "{% macro m(x=m()) %}{% endmacro %}{{ m() }}",
    ),
    (
        "recursion by a call block",
        "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
    ),
    (
        "recursion of a caller",
        "{% set ns = namespace() %}{% macro m() %}{% set ns.c = caller %}{{ caller() }}{% endmacro %}{% call m() %}{{ ns.c() }}{% endcall %}",
    ),
    (
        "recursion of a loop",
        "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    ),
    (
        "recursion of a block",
        "{% block b %}{{ self.b() }}{% endblock %}",
    ),
    (
        "recursion by map",
        "{% macro m(x) %}{{ [1]|map('string')|list }}{% for i in [1] %}{{ m(i) }}{% endfor %}{% endmacro %}{{ m(1) }}",
    ),
    (
        "a namespace in itself",
        "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns }}",
    ),
];
