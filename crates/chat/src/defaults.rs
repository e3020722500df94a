//! The templates that version 2 of transformers.js falls back to when a model brings none. Later versions have none.

/// What a default template depends on besides the class.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DefaultTemplateOptions {
    /// `use_default_system_prompt` of the tokenizer's configuration: Llama speaks of its manners where a chat has no
    /// system message.
    pub use_default_system_prompt: bool,
}

const CHATML: &str = "\
{%- for message in messages -%}
  {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}";

/// The quotes were meant for Python, but upstream they are text.
const GPT2: &str = "{% for message in messages %}\" \"{{ message.content }}{{ eos_token }}\" \"{% endfor %}";

const BLENDERBOT: &str = "\
{%- for message in messages -%}
  {{- ' ' if message.role == 'user' -}}
  {{- message.content -}}
  {{- '  ' if not loop.last -}}
{%- endfor -%}
{{- eos_token -}}";

const GEMMA: &str = "\
{%- if messages[0].role == 'system' -%}
  {{- raise_exception('System role not supported') -}}
{%- endif -%}
{%- for message in messages -%}
  {%- if (loop.index0 % 2 == 0) != (message.role == 'user') -%}
    {{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') -}}
  {%- endif -%}
  {%- set speaker = 'model' if message.role == 'assistant' else message.role -%}
  {{- '<start_of_turn>' + speaker + '\\n' + message.content | trim + '<end_of_turn>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<start_of_turn>model\\n' -}}
{%- endif -%}";

/// `MANNERS` stands for the system message of a chat without one: a text, or `false`.
const LLAMA: &str = "\
{%- set system = MANNERS -%}
{%- set turns = messages -%}
{%- if messages[0].role == 'system' -%}
  {%- set system = messages[0].content -%}
  {%- set turns = messages[1:] -%}
{%- elif '<<SYS>>' in messages[0].content -%}
  {%- set system = false -%}
{%- endif -%}
{%- for message in turns -%}
  {%- if (loop.index0 % 2 == 0) != (message.role == 'user') -%}
    {{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') -}}
  {%- endif -%}
  {%- set content = message.content -%}
  {%- if loop.first and system != false -%}
    {%- set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + content -%}
  {%- endif -%}
  {%- if message.role == 'user' -%}
    {{- bos_token + '[INST] ' + content.strip() + ' [/INST]' -}}
  {%- elif message.role == 'assistant' -%}
    {{- ' ' + content.strip() + ' ' + eos_token -}}
  {%- endif -%}
{%- endfor -%}";

/// The system message that Llama 2 was published with, as a literal of the template language.
const MANNERS: &str = r#""You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being safe. Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal content. Please ensure that your responses are socially unbiased and positive in nature.\n\nIf a question does not make any sense, or is not factually coherent, explain why instead of answering something not correct. If you don't know the answer to a question, please don't share false information.""#;

/// The template that version 2 of transformers.js uses for a tokenizer class when the model brings none. It has one
/// for every class: that of `ChatML`, unless the class has its own.
#[must_use]
pub fn default_template(tokenizer_class: &str, options: &DefaultTemplateOptions) -> Option<String> {
    let name = tokenizer_class.strip_suffix("Fast").unwrap_or(tokenizer_class);
    Some(match name {
        "GPT2Tokenizer" | "BloomTokenizer" | "WhisperTokenizer" => GPT2.to_owned(),
        "BlenderbotTokenizer" | "BlenderbotSmallTokenizer" => BLENDERBOT.to_owned(),
        "GemmaTokenizer" => GEMMA.to_owned(),
        "LlamaTokenizer" | "CodeLlamaTokenizer" => LLAMA.replacen(
            "MANNERS",
            if options.use_default_system_prompt {
                MANNERS
            } else {
                "false"
            },
            1,
        ),
        _ => CHATML.to_owned(),
    })
}
