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

/// Renders `template` with `context`, a JSON object.
#[napi(catch_unwind)]
pub fn render_chat(
    env: Env,
    template: String,
    context: String,
    track_generation: bool,
    continue_final_message: Option<String>,
) -> Result<RenderedChat> {
    let mut options = RenderOptions::default();
    options.track_generation = track_generation;
    options.continue_final_message = continue_final_message;
    let rendered = check(env, render(&template, &context, &options))?;
    let generation = utf16_offsets(&rendered.text, &rendered.generation);
    Ok(RenderedChat {
        text: rendered.text,
        generation,
    })
}

/// Byte positions, in ascending order, as UTF-16 positions.
fn utf16_offsets(text: &str, spans: &[(usize, usize)]) -> Vec<u32> {
    let mut units = 0;
    let mut from = 0;
    let mut positions = Vec::with_capacity(spans.len() * 2);
    for to in spans.iter().flat_map(|&(start, end)| [start, end]) {
        let part = text.get(from..to).unwrap_or_default();
        units += part.encode_utf16().count();
        from = to.max(from);
        positions.push(u32::try_from(units).unwrap_or(u32::MAX));
    }
    positions
}

/// The template that version 2 of transformers.js uses for `tokenizer_class` when a model has none, or `null`.
#[napi(catch_unwind)]
pub fn default_chat_template(tokenizer_class: String, use_default_system_prompt: bool) -> Option<String> {
    let mut options = DefaultTemplateOptions::default();
    options.use_default_system_prompt = use_default_system_prompt;
    default_template(&tokenizer_class, &options)
}
