//! Placeholder.

/// Options.
#[derive(Debug, Clone, Default)]
pub struct DefaultTemplateOptions {}

/// Default.
#[must_use]
pub fn default_template(_tokenizer_class: &str, _options: &DefaultTemplateOptions) -> Option<String> {
    None
}
