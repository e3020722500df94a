"""The conversations that every template is rendered with."""

TOOLS = [
    {
        'type': 'function',
        'function': {
            'name': 'get_weather',
            'description': 'The weather at a place, "now" & <later>.',
            'parameters': {
                'type': 'object',
                'properties': {
                    'city': {'type': 'string', 'description': 'A city, e.g. Zürich'},
                    'unit': {'type': 'string', 'enum': ['celsius', 'fahrenheit'], 'default': 'celsius'},
                    'days': {'type': ['integer', 'null'], 'minimum': 1},
                    'tags': {'type': 'array', 'items': {'type': 'string'}},
                    'where': {
                        'type': 'object',
                        'properties': {'lat': {'type': 'number'}, 'lon': {'type': 'number', 'nullable': True}},
                        'required': ['lat'],
                    },
                    'either': {'oneOf': [{'type': 'string'}, {'type': 'boolean'}]},
                },
                'required': ['city'],
            },
            'return': {'type': 'string'},
        },
    },
    {'type': 'function', 'function': {'name': 'now', 'description': 'The time.', 'parameters': {'type': 'object', 'properties': {}}}},
]

SYSTEM = {'role': 'system', 'content': 'You are a careful assistant.'}
UNICODE = 'Grüße, 世界! 👩‍👩‍👧 <b>"quotes" & \'apostrophes\'</b> \u2028 {{ not.a.template }} {% nor this %} \\n \t end\u00a0'


def user(content):
    return {'role': 'user', 'content': content}


def assistant(content, **more):
    return {'role': 'assistant', 'content': content, **more}


def call(name, arguments, number='123456789'):
    return {'id': number, 'type': 'function', 'function': {'name': name, 'arguments': arguments}}


PLAIN = [user('Hello!'), assistant('Hi, how are you?'), user('Fine. And you?')]
ARGUMENTS = {'city': 'Zürich', 'days': 3, 'tags': ['a', 'b'], 'where': {'lat': 47.4, 'lon': None}, 'either': True}
TOOL_USE = [
    SYSTEM,
    user('What is the weather in Zürich?'),
    assistant('', tool_calls=[call('get_weather', ARGUMENTS)]),
    {'role': 'tool', 'name': 'get_weather', 'tool_call_id': '123456789', 'content': '{"sky": "grey", "t": 11.5}'},
    assistant('Grey, 11.5 °C.'),
    user('And the time?'),
]
PARALLEL = [
    user('Weather and time?'),
    assistant(None, tool_calls=[call('get_weather', {'city': 'Bern'}, 'abcdefghi'), call('now', {}, 'jklmnopqr')]),
    {'role': 'tool', 'name': 'get_weather', 'tool_call_id': 'abcdefghi', 'content': 'sun'},
    {'role': 'tool', 'name': 'now', 'tool_call_id': 'jklmnopqr', 'content': {'hour': 9, 'minute': 5}},
]
PARTS = [
    {'role': 'system', 'content': [{'type': 'text', 'text': 'Look closely.'}]},
    user([{'type': 'image'}, {'type': 'text', 'text': 'What is this?'}, {'type': 'text', 'text': ' And that?'}]),
    assistant([{'type': 'text', 'text': 'A cat.'}]),
    user([{'type': 'image', 'image': 'x.png'}, {'type': 'video'}, {'type': 'audio'}, {'type': 'text', 'text': 'Sure?'}]),
]
DOCUMENTS = [{'title': 'First', 'text': 'One & two.'}, {'title': 'Zweites', 'text': 'Äpfel', 'doc_id': 2}]
LONG = [SYSTEM] + [
    message
    for number in range(60)
    for message in (user(f'Question {number}? ' + 'word ' * 20), assistant(f'Answer {number}. ' + UNICODE))
]
THOUGHT = [
    user('Think!'),
    assistant('<think>\nHm.\n</think>\n\nDone.'),
    user('Again.'),
    assistant('Yes.', reasoning_content='Some reasons.'),
    user('And?'),
    assistant('', reasoning_content='A tool may help.', tool_calls=[call('now', {})]),
    {'role': 'tool', 'name': 'now', 'tool_call_id': '123456789', 'content': '09:05'},
]

# Name: messages and the other variables.
CONVERSATIONS = {
    'plain': {'messages': PLAIN},
    'system': {'messages': [SYSTEM, *PLAIN]},
    'answered': {'messages': [*PLAIN, assistant('Me too. ')]},
    'tools': {'messages': TOOL_USE, 'tools': TOOLS},
    'tools unused': {'messages': PLAIN, 'tools': TOOLS},
    'tools in user message': {'messages': PLAIN, 'tools': TOOLS, 'tools_in_user_message': True},
    'tool results last': {'messages': TOOL_USE[:4], 'tools': TOOLS},
    'tools in parallel': {'messages': PARALLEL, 'tools': TOOLS},
    'tool arguments as text': {
        'messages': [user('Time?'), assistant('', tool_calls=[call('now', '{"a": 1}')]), *TOOL_USE[3:4]],
        'tools': TOOLS,
    },
    'parts': {'messages': PARTS},
    'unicode': {'messages': [{'role': 'system', 'content': UNICODE}, user(UNICODE), assistant(UNICODE), user(UNICODE)]},
    'empty': {'messages': []},
    'empty texts': {'messages': [{'role': 'system', 'content': ''}, user(''), assistant(''), user(' \n ')]},
    'long': {'messages': LONG},
    'documents': {'messages': PLAIN, 'documents': DOCUMENTS},
    'thinking': {'messages': THOUGHT, 'enable_thinking': True, 'thinking': True},
    'not thinking': {'messages': THOUGHT, 'enable_thinking': False, 'thinking': False, 'keep_past_thinking': True},
    'developer': {'messages': [{'role': 'developer', 'content': 'Be brief.'}, *PLAIN], 'reasoning_effort': 'high'},
    'user twice': {'messages': [user('a'), user('b')]},
    'assistant first': {'messages': [assistant('a'), user('b')]},
    'unknown role': {'messages': [{'role': 'critic', 'content': 'x'}, user('b')]},
    'no content': {'messages': [user(None), assistant(None), {'role': 'user'}]},
}

SPECIAL_TOKENS = {
    'bos_token': '<s>',
    'eos_token': '</s>',
    'unk_token': '<unk>',
    'sep_token': '[SEP]',
    'pad_token': '<pad>',
    'cls_token': '[CLS]',
    'mask_token': '[MASK]',
}


def contexts():
    """Every conversation with and without the prompt for an answer."""
    for name, conversation in CONVERSATIONS.items():
        for prompt in (False, True):
            yield f'{name}{" +" if prompt else ""}', {**SPECIAL_TOKENS, **conversation, 'add_generation_prompt': prompt}
