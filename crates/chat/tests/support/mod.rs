//! What the tests against Python's expectations share.

use std::path::{Path, PathBuf};

use autotokenizer_chat::{LocalTime, RenderOptions};

/// The folder with the oracle and its expectations.
pub(crate) fn chat_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../__test__/chat")
}

/// Options with the oracle's clock.
pub(crate) fn options() -> RenderOptions {
    let mut options = RenderOptions::default();
    options.now = Some(LocalTime {
        year: 2024,
        month: 7,
        day: 26,
        hour: 9,
        minute: 5,
        second: 3,
        microsecond: 42,
    });
    options
}
