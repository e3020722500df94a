"""Python transformers' own Jinja environment, with a clock that stands still."""

import datetime as real_datetime
import json

from transformers.utils import chat_template_utils


class FixedClock(real_datetime.datetime):
    """What `strftime_now` reads."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 9, 5, 3, 42, tzinfo=tz)


chat_template_utils.datetime = FixedClock


def render(template, context, track=False, continue_field=None):
    """Renders one conversation and returns what `expectations` store."""
    context = json.loads(json.dumps(context))
    messages = context.pop('messages', [])
    try:
        texts, spans = chat_template_utils.render_jinja_template(
            [messages],
            tools=context.pop('tools', None),
            documents=context.pop('documents', None),
            chat_template=template,
            return_assistant_tokens_mask=track,
            continue_final_message=continue_field or False,
            add_generation_prompt=context.pop('add_generation_prompt', False),
            **context,
        )
    except BaseException as error:  # noqa: BLE001 a template may raise anything, also RecursionError
        return {'error': type(error).__name__, 'message': str(error)}
    result = {'text': texts[0]}
    if track:
        result['spans'] = [list(span) for span in spans[0]]
    return result
