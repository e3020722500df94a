//! Chat templates, rendered as Python transformers renders them, under limits.

mod error;

pub use error::ChatError;

/// How much one rendering may use. The defaults hold any honest chat and end a hostile template within a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Steps of evaluation; long strings cost more than short ones.
    pub fuel: u64,
    /// Bytes of rendered text.
    pub output_bytes: usize,
    /// Bytes of values alive at one time.
    pub memory_bytes: usize,
    /// Items of one `range`, which Python's sandbox caps as well.
    pub range_length: usize,
    /// Nested calls, blocks and expressions at one time.
    pub recursion: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 10_000_000,
            output_bytes: 64 << 20,
            memory_bytes: 128 << 20,
            range_length: 100_000,
            recursion: 1_000,
        }
    }
}

/// A wall-clock time, as `strftime_now` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// Year, 1 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31.
    pub day: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
    /// Second, 0 to 59.
    pub second: i8,
    /// Microsecond, 0 to 999,999.
    pub microsecond: i32,
}

/// What to render besides the template and its context.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RenderOptions {
    /// How much the rendering may use.
    pub limits: Limits,
    /// What `strftime_now` takes for now; `None` is this machine's local time.
    pub now: Option<LocalTime>,
    /// Whether to report where `{% generation %}` text stands.
    pub track_generation: bool,
    /// The field of the last message to leave open, usually `content`; the text then ends where that field ends.
    pub continue_final_message: Option<String>,
    /// Whether a message's reasoning is also put under the other names that templates read it by.
    pub alias_reasoning: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            now: None,
            track_generation: false,
            continue_final_message: None,
            alias_reasoning: true,
        }
    }
}

/// A rendered chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// Byte spans of `text` that `{% generation %}` blocks wrote; empty unless tracking was asked for.
    pub generation: Vec<(usize, usize)>,
}

/// Renders `template` with the members of the JSON object `context` as its variables.
///
/// # Errors
/// When the template or the context is not valid, when the template refuses the chat or does what Python would
/// refuse, and when a limit is reached. [`ChatError::code`] tells which.
pub fn render(template: &str, context: &str, options: &RenderOptions) -> Result<Rendered, ChatError> {
    let _: serde_json::Value =
        serde_json::from_str(context).map_err(|error| ChatError::Context(error.to_string()))?;
    let mut environment = minijinja::Environment::new();
    environment.set_fuel(Some(options.limits.fuel));
    let text = environment
        .render_str(template, minijinja::Value::from(()))
        .map_err(|error| ChatError::Render {
            message: error.to_string(),
            line: error.line().unwrap_or(0),
        })?;
    Ok(Rendered {
        text,
        generation: Vec::new(),
    })
}

/// The template that version 2 of transformers.js uses for a tokenizer class when the model brings none.
#[must_use]
pub fn default_template(tokenizer_class: &str) -> Option<String> {
    let _ = tokenizer_class;
    None
}
