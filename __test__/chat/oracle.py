"""Writes the expectations of the chat templates' tests with Python transformers' own environment.

    python __test__/chat/oracle.py snippets     the short templates of snippets.py
    python __test__/chat/oracle.py random       random ones (another seed, number and file may follow)
    python __test__/chat/oracle.py templates    the real ones: templates/, and what collect.py has collected
    python __test__/chat/oracle.py show <file> <conversation>     one rendering, to compare by eye
"""

import hashlib
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import random_templates  # noqa: E402
import snippets  # noqa: E402
from collect import DEFAULT  # noqa: E402
from conversations import contexts  # noqa: E402
from environment import render  # noqa: E402


def write(name, value):
    path = HERE / 'expectations' / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=0, ensure_ascii=True) + '\n')


def as_text(context):
    """A context as our side gets it: with what Python passes to every template, and in its order."""
    defaults = {'messages': [], 'tools': None, 'documents': None, 'add_generation_prompt': False}
    return json.dumps({**defaults, **context})


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
        cases.append({'template': template, 'context': as_text(context), 'field': field, **result})
    cases = comparable(cases)
    write('snippets.json', {'context': as_text(snippets.CONTEXT), 'cases': cases})
    print(f'{len(cases)} snippets')


def comparable(cases):
    """Without what Python shows with an address in memory."""
    return [case for case in cases if ' at 0x' not in case.get('text', '') and ' at 0X' not in case.get('text', '')]


def random_cases(seed='1', count='1500', name='random.json'):
    cases = []
    for template in random_templates.templates(seed, int(count)):
        cases.append({'template': template, 'track': True, **render(template, snippets.CONTEXT, track=True)})
    cases = comparable(cases)
    write(name, {'context': as_text(snippets.CONTEXT), 'cases': cases})
    print(f'{len(cases)} random templates, {sum("text" in case for case in cases)} of them with a text')


def digest(text):
    return hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]


def outcome(template, context):
    """A digest of the text and of the generation spans, or the error."""
    result = render(template, context, track='generation' in template)
    if 'text' not in result:
        raised = result['error'] == 'TemplateError'
        return {'raised': result['message']} if raised else {'error': result['error']}
    spans = json.dumps(result.get('spans', []), separators=(',', ':'))
    return {'text': digest(result['text']), 'length': len(result['text']), 'spans': digest(spans)}


def template_cases():
    collected = pathlib.Path(os.environ.get('AUTOTOKENIZER_CHAT_TEMPLATES', DEFAULT))
    named = dict(contexts())
    templates = []
    for path in sorted((HERE / 'templates').glob('*.jinja')) + sorted(collected.glob('*.jinja')):
        source = path.read_bytes().decode()
        results = {name: outcome(source, context) for name, context in named.items()}
        templates.append({'name': path.stem, 'sha256': digest(source), 'results': results})
    contexts_text = {name: as_text(context) for name, context in named.items()}
    write('templates.json', {'contexts': contexts_text, 'templates': templates})
    renderings = [result for template in templates for result in template['results'].values()]
    texts = sum('text' in result for result in renderings)
    print(f'{len(templates)} templates, {texts} texts, {len(renderings) - texts} errors')


def show(path, name):
    print(json.dumps(render(pathlib.Path(path).read_text(), dict(contexts())[name], track=True), indent=1))


if __name__ == '__main__':
    command, *arguments = sys.argv[1:] or ['snippets']
    {'snippets': snippet_cases, 'random': random_cases, 'templates': template_cases, 'show': show}[command](*arguments)
