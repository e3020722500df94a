//! What Python transformers does to a conversation before and after it is rendered.

use std::rc::Rc;

use crate::failure::{Failure, Kind, Outcome};
use crate::value::dict::Entries;
use crate::value::text::is_space;
use crate::value::{Dict, Key, List, Text, Value, display};

/// The names that a message's reasoning goes by; the first is the one templates should read.
const REASONING: [&str; 3] = ["reasoning_content", "thinking", "reasoning"];

/// Marks the end of what is to be continued.
const TAG: &str = "CONTINUE_FINAL_MESSAGE_TAG ";

fn refuse<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Failure::new(Kind::Value, message))
}

fn key(name: &str) -> Outcome<Key> {
    Key::new(Value::constant(name))
}

/// The messages, which must be objects where something is to be done to them.
fn messages(context: &Entries) -> Outcome<Vec<Rc<Dict>>> {
    let Some(Value::List(list)) = context.get(&key("messages")?) else {
        return refuse("the context has no list of messages");
    };
    list.items
        .iter()
        .map(|message| match message {
            Value::Dict(dict) => Ok(Rc::clone(dict)),
            other => refuse(format!(
                "Chat messages should be objects, but got {}.",
                other.type_name()
            )),
        })
        .collect()
}

fn put_messages(context: &mut Entries, messages: Vec<Rc<Dict>>) -> Outcome<()> {
    let list = List::given(messages.into_iter().map(Value::Dict).collect())?;
    context.insert(key("messages")?, Value::List(Rc::new(list)));
    Ok(())
}

/// Puts a message's reasoning under the names that templates read it by.
pub(crate) fn alias_reasoning(context: &mut Entries) -> Outcome<()> {
    let Some(Value::List(list)) = context.get(&key("messages")?) else {
        return Ok(());
    };
    let mut items = Vec::with_capacity(list.items.len());
    for message in &list.items {
        let Value::Dict(dict) = message else {
            items.push(message.clone());
            continue;
        };
        let given = REASONING.iter().filter_map(|name| dict.get(name));
        let Some(reasoning) = given.into_iter().find(|value| !matches!(value, Value::None)) else {
            items.push(message.clone());
            continue;
        };
        let mut entries = Entries::default();
        entries.insert(key("thinking")?, reasoning.clone());
        entries.extend(
            dict.entries
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        entries.insert(key("reasoning_content")?, reasoning.clone());
        items.push(Value::Dict(Rc::new(Dict::given(entries)?)));
    }
    context.insert(key("messages")?, Value::List(Rc::new(List::given(items)?)));
    Ok(())
}

/// The final message's text, to be left open.
pub(crate) struct Continued {
    text: Text,
}

fn tagged(text: &Text) -> Value {
    Value::Text(Text::constant(&[text, TAG].concat()))
}

/// Marks the end of the final message's `field`.
pub(crate) fn mark_final_message(context: &mut Entries, template: &str, field: &str) -> Outcome<Continued> {
    let mut messages = messages(context)?;
    let Some(last) = messages.pop() else {
        return refuse("continue_final_message is set but the conversation is empty!");
    };
    let content = match last.get(field) {
        None | Some(Value::None) => {
            return refuse(format!(
                "continue_final_message is set but the final message has no \"{field}\" to continue!"
            ));
        }
        Some(content) => content.clone(),
    };
    // Reasoning stands under several names, and a template reads one of them.
    let fields: Vec<&str> = if REASONING.contains(&field) {
        let same = |name: &&&str| last.get(name).is_some_and(|value| same_text(value, &content));
        REASONING.iter().filter(same).copied().collect()
    } else {
        vec![field]
    };
    if !fields.iter().any(|name| template.contains(name)) {
        return refuse(format!(
            "continue_final_message is set to \"{field}\" but this is not an accepted field in the chat_template"
        ));
    }
    let mut entries = last.entries.clone();
    let text = match &content {
        Value::List(blocks) => {
            let mut items = blocks.items.clone();
            let text = mark_last_text(&mut items)?;
            entries.insert(key(field)?, Value::List(Rc::new(List::given(items)?)));
            text
        }
        Value::Text(text) => {
            for name in fields {
                entries.insert(key(name)?, tagged(text));
            }
            text.clone()
        }
        other => {
            return refuse(format!(
                "the final message's \"{field}\" is no text, but {}",
                other.type_name()
            ));
        }
    };
    messages.push(Rc::new(Dict::given(entries)?));
    put_messages(context, messages)?;
    Ok(Continued { text })
}

fn same_text(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => **a == **b,
        (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

/// Marks the last block of content that has a text.
fn mark_last_text(blocks: &mut [Value]) -> Outcome<Text> {
    for block in blocks.iter_mut().rev() {
        let Value::Dict(dict) = &*block else { continue };
        if let Some(Value::Text(text)) = dict.get("text") {
            let text = text.clone();
            let mut entries = dict.entries.clone();
            entries.insert(key("text")?, tagged(&text));
            *block = Value::Dict(Rc::new(Dict::given(entries)?));
            return Ok(text);
        }
    }
    refuse("continue_final_message is set but we could not find any text to continue in the final message!")
}

impl Continued {
    /// Ends the rendered text where the final message ends.
    pub(crate) fn cut(&self, rendered: &mut String) -> Outcome<()> {
        let tag = TAG.trim_matches(is_space);
        let found = rendered
            .rfind(tag)
            .filter(|_| rendered.contains(self.text.trim_matches(is_space)));
        let Some(at) = found else {
            let mut shown = String::new();
            display::write_repr(&mut shown, self.text.trim_matches(is_space));
            return refuse(format!(
                "continue_final_message is set but the final message does not appear in the chat after applying the \
                 chat template! This can happen if the chat template deletes portions of the final message. Please \
                 verify the chat template and final message in your chat to ensure they are compatible. Final message \
                 to continue: {shown}"
            ));
        };
        let spacing_kept = rendered[at..].starts_with(TAG);
        rendered.truncate(at);
        if !spacing_kept {
            // The template trims its messages, so that what stood before the tag is trimmed as well.
            rendered.truncate(rendered.trim_end_matches(is_space).len());
        }
        Ok(())
    }
}
