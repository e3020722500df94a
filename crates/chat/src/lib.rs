//! Chat templates, rendered as Python transformers renders them, under limits.
//!
//! A chat template is a Jinja template written for Python: it calls `message.content.strip()`, formats with `%`,
//! prints lists as `repr` shows them and relies on what Jinja's sandbox allows. And it comes from a stranger. So this
//! crate has an interpreter of its own: `syntax` reads a template as Jinja's lexer, parser and compiler do,
//! `value` has Python's values, and `run` evaluates the tree, where every step costs fuel and every value that
//! grows is paid for before it is made. An interpreter in Rust for Jinja's language without Python's values, such as
//! minijinja, can be taught filters and methods, but not other operators, and its strings grow beyond any limit.

#![expect(
    clippy::similar_names,
    reason = "start, stop and step are the words of Python's slices and ranges"
)]

mod context;
mod conversation;
mod defaults;
mod error;
mod failure;
mod filters;
mod limits;
mod methods;
mod recent;
mod run;
mod syntax;
mod text_format;
mod time;
mod value;

use std::sync::Arc;

pub use defaults::{DefaultTemplateOptions, default_template};
pub use error::ChatError;
pub use limits::Limits;
pub use time::LocalTime;

use failure::Failure;
use limits::Meter;
use value::Dict;

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

/// A template that was read once, to be rendered often and on any thread.
#[derive(Debug, Clone)]
pub struct Template {
    source: Arc<str>,
    tree: Arc<syntax::ast::Template>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`ChatError::Syntax`] when it is not valid, [`ChatError::Limit`] when it is nested too deep.
    pub fn new(source: &str) -> Result<Self, ChatError> {
        let tree = syntax::parse(source).map_err(Failure::of_template)?;
        Ok(Self {
            source: Arc::from(source),
            tree: Arc::new(tree),
        })
    }

    /// Renders the template with the members of the JSON object `context` as its variables.
    ///
    /// # Errors
    /// When the context is not valid, when the template refuses the chat or does what Python would refuse, and when
    /// a limit is reached. [`ChatError::code`] tells which.
    pub fn render(&self, context: &str, options: &RenderOptions) -> Result<Rendered, ChatError> {
        let mut context = context::read(context).map_err(Failure::of_context)?;
        if options.alias_reasoning {
            conversation::alias_reasoning(&mut context).map_err(Failure::of_context)?;
        }
        let continued = options
            .continue_final_message
            .as_deref()
            .map(|field| conversation::mark_final_message(&mut context, &self.source, field))
            .transpose()
            .map_err(Failure::of_context)?;
        let context = Dict::given(context).map_err(Failure::of_context)?;
        let output = run::render(&self.tree, &context, Meter::new(&options.limits), options.now)
            .map_err(Failure::of_template)?;
        let mut text = output.text;
        if let Some(continued) = continued {
            continued.cut(&mut text).map_err(Failure::of_context)?;
        }
        let mut generation = if options.track_generation {
            output.generation
        } else {
            Vec::new()
        };
        for (start, end) in &mut generation {
            (*start, *end) = ((*start).min(text.len()), (*end).min(text.len()));
        }
        Ok(Rendered { text, generation })
    }
}

/// Reads and renders a template: [`Template::new`] and [`Template::render`] in one. The last few templates are
/// remembered, as a program renders by one again and again and reading takes longer than rendering.
///
/// # Errors
/// As both.
pub fn render(template: &str, context: &str, options: &RenderOptions) -> Result<Rendered, ChatError> {
    recent::template(template)?.render(context, options)
}
