//! Conversations to text.

use autotokenizer_chat::{DefaultTemplateOptions, RenderOptions, default_template, render};
use napi::JsString;
use napi::bindgen_prelude::{Env, Result};
use napi_derive::napi;

use crate::failure::check;
use crate::text::with_texts;

/// A rendered conversation.
#[napi(object, object_from_js = false)]
pub struct RenderedChat {
    /// The text.
    pub text: String,
    /// Start and end of each part inside the `generation` tag, in UTF-16 units, flattened.
    pub generation: Vec<u32>,
}

/// Renders `template` with `context`, a JSON object. Where the parts inside the `generation` tag are wanted,
/// `track_generation`; `continue_final_message` is the field of the last message that is to go on; with
/// `alias_reasoning` a message's reasoning goes by all its names, as in Python.
#[napi(catch_unwind)]
pub fn render_chat(
    env: Env,
    template: JsString<'_>,
    context: JsString<'_>,
    track_generation: bool,
    continue_final_message: Option<String>,
    alias_reasoning: bool,
) -> Result<RenderedChat> {
    let mut options = RenderOptions::default();
    options.track_generation = track_generation;
    options.continue_final_message = continue_final_message;
    options.alias_reasoning = alias_reasoning;
    let rendered = with_texts(&template, Some(&context), |template, context| {
        render(template, context.unwrap_or_default(), &options)
    })?;
    let rendered = check(env, rendered)?;
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
