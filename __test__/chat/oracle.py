"""Writes the expectations of the chat templates' tests with Python transformers' own environment.

    python __test__/chat/oracle.py snippets     the short templates of snippets.py (expectations/snippets.json)
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import snippets  # noqa: E402
from environment import render  # noqa: E402


def write(name, value):
    path = HERE / 'expectations' / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=0, ensure_ascii=True) + '\n')
    print(f'{path.name}: {len(value["cases"])} cases')


def snippet_cases():
    templates = ['{{ ' + line + ' }}' for line in snippets.EXPRESSIONS.strip('\n').split('\n')]
    cases = []
    for template in templates + snippets.TEMPLATES:
        cases.append({'template': template, **render(template, snippets.CONTEXT)})
    for template in snippets.GENERATION:
        cases.append({'template': template, 'track': True, **render(template, snippets.CONTEXT, track=True)})
    for template, messages, field in snippets.CONTINUED:
        context = {**snippets.CONTEXT, 'messages': messages}
        result = render(template, context, continue_field=field)
        cases.append({'template': template, 'messages': messages, 'field': field, **result})
    # What Python shows with an address in memory is nothing to compare.
    cases = [case for case in cases if ' at 0x' not in case.get('text', '')]
    write('snippets.json', {'context': snippets.CONTEXT, 'cases': cases})


if __name__ == '__main__':
    {'snippets': snippet_cases}[sys.argv[1] if len(sys.argv) > 1 else 'snippets']()
