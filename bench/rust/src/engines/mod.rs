//! One face for every tokenizer that is measured.

mod autotokenizer;
mod fastokens;
mod next;
mod reference;
mod splintr;

/// What is said when an engine refuses a file, a text or an id.
pub type Refusal = String;

/// A loaded tokenizer.
pub trait Engine {
    /// Appends the ids of `text`, special tokens of the post-processor included.
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal>;
    /// The text of `ids`, special tokens left out.
    fn decode(&self, ids: &[u32]) -> Result<String, Refusal>;
    /// Which of its engines serves, where it has several.
    fn inside(&self) -> Option<String> {
        None
    }
}

/// How an engine is built from the bytes of a tokenizer.json.
type Load = fn(&[u8]) -> Result<Box<dyn Engine>, Refusal>;

/// Every engine by name, with its version.
pub const ALL: [(&str, &str, Load); 6] = [
    ("autotokenizer", "this tree", autotokenizer::load),
    (
        "autotokenizer-reference",
        "this tree",
        autotokenizer::load_reference,
    ),
    ("reference", "tokenizers 0.23.2", reference::load),
    ("next", "tokenizers 1.0.0-rc.3", next::load),
    ("fastokens", "fastokens 0.3.5", fastokens::load),
    ("splintr", "splintr 0.22.0", splintr::load),
];

/// Builds the engine called `name`. A panic of a peer is a refusal too.
pub fn load(name: &str, json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    let (_, _, load) = ALL.iter().find(|(known, _, _)| *known == name).ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|(name, _, _)| *name).collect();
        format!("no engine is called {name}; there are {}", names.join(", "))
    })?;
    guard(|| load(json))
}

/// Turns a panic into a refusal.
pub fn guard<T>(call: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default();
        Err(format!("panics: {message}"))
    })
}
