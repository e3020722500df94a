//! Conversations to text.

use autotokenizer_chat::{DefaultTemplateOptions, RenderOptions, default_template, render};
use napi::bindgen_prelude::{Env, Result};
use napi_derive::napi;

use crate::failure::check;

/// A rendered conversation.
#[napi(object, object_from_js = false)]
pub struct RenderedChat {
    /// The text.
    pub text: String,
    /// Start and end of each part inside the `generation` tag, in UTF-16 units, flattened.
    pub generation: Vec<u32>,
}

/// How a conversation is rendered.
#[napi(object, object_to_js = false)]
pub struct ChatOptions {
    /// Whether the parts inside the `generation` tag are wanted.
    pub track_generation: bool,
    /// The field of the last message that is to go on.
    pub continue_final_message: Option<String>,
    /// Whether a message's reasoning goes by all its names, as in Python.
    pub alias_reasoning: bool,
}

/// Renders `template` with `context`, a JSON object.
#[napi(catch_unwind)]
pub fn render_chat(env: Env, template: String, context: String, chat: ChatOptions) -> Result<RenderedChat> {
    let mut options = RenderOptions::default();
    options.track_generation = chat.track_generation;
    options.continue_final_message = chat.continue_final_message;
    options.alias_reasoning = chat.alias_reasoning;
    let rendered = check(env, render(&template, &context, &options))?;
    let generation = utf16_offsets(&rendered.text, &rendered.generation);
    Ok(RenderedChat {
        text: rendered.text,
        generation,
    })
}

/// Byte positions as UTF-16 positions. Spans of nested tags overlap, so each is counted from the start.
fn utf16_offsets(text: &str, spans: &[(usize, usize)]) -> Vec<u32> {
    let units = |to: usize| text.get(..to).unwrap_or(text).encode_utf16().count();
    spans
        .iter()
        .flat_map(|&(start, end)| [start, end])
        .map(|position| u32::try_from(units(position)).unwrap_or(u32::MAX))
        .collect()
}

/// The template that version 2 of transformers.js uses for `tokenizer_class` when a model has none, or `null`.
#[napi(catch_unwind)]
pub fn default_chat_template(tokenizer_class: String, use_default_system_prompt: bool) -> Option<String> {
    let mut options = DefaultTemplateOptions::default();
    options.use_default_system_prompt = use_default_system_prompt;
    default_template(&tokenizer_class, &options)
}
