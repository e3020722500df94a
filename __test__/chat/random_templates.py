"""Random templates from a seed: expressions of every kind, and text between tags with every white-space sign."""

import random

NAMES = ['d', 'l', 's', 'f', 'big', 'words', 'rows', 'html', 'emoji', 'nope', 'messages', 'bos_token', 'ns', 'm']
LITERALS = [
    '0', '1', '2', '-1', '3', '7', '10', '1.5', '-2.5', '0.1', '1e20', '1e-7', "''", "'a'", "'abc'", "'A b\\nc'", "'l'", "'é😀'",
    "'<b>'", "' x '", 'true', 'false', 'none', '[]', '[1, 2, 3]', "['b', 'a', 'C']", '(1, 2)', '()', '{}', "{'a': 1, 'b': [2]}",
    '[none, 0, 1.0]', "[{'n': 2}, {'n': 1}]", 'range(4)', "'%s'", "'%d'", "'{}'", "'1,2'", "'12'", "'3.7'",
]
PLAIN_FILTERS = [
    'upper', 'lower', 'title', 'capitalize', 'trim', 'length', 'count', 'first', 'last', 'list', 'sort', 'join', 'sum', 'min', 'max',
    'int', 'float', 'round', 'abs', 'string', 'tojson', 'dictsort', 'e', 'safe', 'escape', 'forceescape', 'wordcount', 'urlencode',
    'indent', 'default', 'xmlattr', 'filesizeformat',
]
FILTERS = [
    "default('z')", "default('z', true)", 'd(1)', "join(', ')", "join('-', attribute='n')", "replace('a', 'b')", "replace('', '.')",
    "replace('l', '', 1)", 'indent(2)', 'indent(2, true)', 'indent(1, blank=true)', "indent('> ')", 'center(9)', 'truncate(5)',
    "truncate(7, true, '')", 'round(1)', "round(1, 'floor')", "round(method='ceil')", 'int(5)', 'int(base=16)', 'float(1.5)',
    'sort(reverse=true)', "sort(attribute='n')", 'sort(case_sensitive=true)', "map('upper')|list", "map('string')|join('+')",
    "map(attribute='n')|list", "map(attribute='role')|join(' ')", "map(attribute='a', default=0)|list", "select('odd')|list",
    "select('string')|list", "reject('none')|list", "selectattr('n')|list", "selectattr('role', 'equalto', 'user')|list",
    "rejectattr('content', 'none')|map(attribute='role')|list", 'batch(2)|list', "batch(2, 'q')|list", 'slice(2)|list', 'tojson(indent=1)',
    "tojson(separators=(',', ':'))", 'tojson(sort_keys=true)', 'tojson(ensure_ascii=true)', "format('x')", "format(1, 2)", 'sum(start=1)',
    "sum(attribute='g')", "groupby('g')|list|length", "groupby('role')|map('first')|list", "trim('a')", "trim('. ')", "dictsort(by='value')",
    "attr('a')", 'unique|list', 'reverse|list', "map('length')|list", "map('tojson')|list", 'items|list', 'list|last', 'list|string',
]
TESTS = [
    'defined', 'undefined', 'none', 'string', 'number', 'integer', 'float', 'boolean', 'mapping', 'sequence', 'iterable', 'callable', 'odd',
    'even', 'true', 'false', 'lower', 'upper', 'escaped', 'divisibleby 2', 'in [1, 2]', "eq 'a'", 'gt 1', 'sameas none', "ne 1.0", 'le 2',
]
METHODS = [
    'upper()', 'lower()', 'strip()', "strip('a')", 'split()', "split('a')", "split(',', 1)", "rsplit(' ', 1)", 'splitlines()', 'title()',
    "startswith('a')", "endswith(('b', 'c'))", "replace('a', 'xx')", "find('b')", "rfind('l')", "index('l')", "count('l')", "partition('l')",
    "join(['x', 'y'])", 'capitalize()', 'swapcase()', 'isdigit()', 'isalpha()', 'zfill(5)', "center(7, '*')", 'items()', 'keys()', 'values()',
    "get('a')", "get('zz', 9)", 'keys()|list', 'items()|list', 'index(1)', 'count(1)', "format(1, 'x')", 'copy()', 'islower()', "lstrip('H')",
    "removeprefix('He')", "rpartition(' ')", 'append(1)', "pop('a')", 'a', 'b', 'n', 'role', '0', '-1', 'items', 'nope',
]
OPERATORS = ['+', '-', '*', '/', '//', '%', '**', '~', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in', 'not in']
ITEMS = ['[0]', '[-1]', "['a']", "['role']", '[9]', '[none]', '[1.0]']
# Of variables only: Jinja's compiler works out what it can beforehand, and lets constants be sliced by anything.
SLICES = ['[1:]', '[:-1]', '[::-1]', '[1:3]', '[::2]', '[-3:-1]', "[:'a']", '[:none]', '[big:]']


class Writer:
    def __init__(self, seed):
        self.pick = random.Random(seed)

    def one(self, choices):
        return self.pick.choice(choices)

    def expression(self, depth):
        if depth == 0 or self.pick.random() < 0.15:
            return self.one(NAMES + LITERALS)
        kind = self.pick.random()
        inner = lambda: self.expression(depth - 1)  # noqa: E731
        if kind < 0.3:
            return f'({inner()})|{self.one(PLAIN_FILTERS)}' if self.pick.random() < 0.4 else f'({inner()})|{self.one(FILTERS)}'
        if kind < 0.55:
            operator = self.one(OPERATORS)
            right = self.one(['0', '1', '2', '-1', '3']) if operator == '**' else inner()
            return f'({inner()}) {operator} ({right})'
        if kind < 0.68:
            return f'({inner()}).{self.one(METHODS)}'
        if kind < 0.78:
            return self.one(NAMES) + self.one(SLICES) if self.pick.random() < 0.4 else f'({inner()}){self.one(ITEMS)}'
        if kind < 0.88:
            return f'({inner()}) is {self.one(["", "not "])}{self.one(TESTS)}'
        if kind < 0.93:
            return f'({inner()}) if ({inner()}) else ({inner()})'
        if kind < 0.96:
            return f'not ({inner()})'
        return self.one([f'[{inner()}, {inner()}]', f'({inner()},)', f"{{'k': {inner()}, 1: {inner()}}}", f'-({inner()})', f'm({inner()})'])

    def text(self):
        return ''.join(self.one(['a', ' ', '\n', '\t', '  \n', ' b ', '\n\n', 'é', '{', '}', '%', '', '\r\n', '\u00a0']) for _ in range(self.pick.randint(0, 5)))

    def tag(self, inner, variable=False):
        begin, end = ('{{', '}}') if variable else ('{%', '%}')
        left = self.one(['', '', '', '-', '+'])
        right = self.one(['', '', '', '-'] + ([] if variable else ['+']))
        return f'{begin}{left} {inner} {right}{end}'

    def body(self, depth):
        return ''.join(self.piece(depth) for _ in range(self.pick.randint(1, 4)))

    def piece(self, depth):
        kind = self.pick.random()
        if depth == 0 or kind < 0.35:
            return self.text()
        if kind < 0.5:
            return self.tag(self.expression(1), variable=True)
        if kind < 0.55:
            return f'{{#{self.one(["", "-", "+"])} c{self.text()}{self.one(["", "-", "+"])}#}}'
        if kind < 0.58:
            return self.tag('raw') + self.text() + self.tag('endraw')
        if kind < 0.64:
            return self.tag(f'set {self.one(["x", "l", "ns.q"])} = {self.expression(1)}')
        if kind < 0.7:
            return self.tag('set x') + self.body(depth - 1) + self.tag('endset')
        if kind < 0.8:
            otherwise = self.tag('else') + self.body(depth - 1) if self.pick.random() < 0.5 else ''
            return self.tag(f'if {self.expression(1)}') + self.body(depth - 1) + otherwise + self.tag('endif')
        if kind < 0.92:
            loop = self.one(['', '{{ loop.index }}', '{{ loop.last }}', '{{ x }}', '{% break %}', '{% if loop.first %}{% continue %}{% endif %}', '{{ loop.nextitem }}'])
            condition = self.one(['', '', ' if i', ' if i is defined'])
            return self.tag(f'for i in {self.expression(1)}{condition}') + '{{ i }}' + loop + self.body(depth - 1) + self.tag('endfor')
        if kind < 0.95:
            return self.tag(f'filter {self.one(["upper", "trim", "indent", "tojson"])}') + self.body(depth - 1) + self.tag('endfilter')
        if kind < 0.98:
            return self.tag('generation') + self.body(depth - 1) + self.tag('endgeneration')
        return self.tag('with x=1') + self.body(depth - 1) + self.tag('endwith')


PREFIX = "{%- set ns = namespace(q=1) -%}{%- macro m(v) -%}<{{ v }}>{%- endmacro -%}"


def templates(seed, count):
    for number in range(count):
        writer = Writer(f'{seed} {number}')
        if number % 3:
            yield PREFIX + '{{ ' + writer.expression(3) + ' }}'
        else:
            yield PREFIX + writer.body(3)
